"""What the brokers say of transactions: how the last ended, what it committed, where one is open.

One that its coordinator calls complete may be open all the same: Kafka 4.1 and later skip the end
markers of partitions that have no leader for the moment, as after a restart, and nothing writes
them later (https://issues.apache.org/jira/browse/KAFKA-20734). Its records become visible with the
next transaction of the same id, whatever that is about, and its offsets are not there yet.
"""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Mapping
from itertools import starmap
from typing import Any, TypeVar

import structlog
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient, ConnectionGroup, CoordinationType
from aiokafka.errors import IncompatibleBrokerVersion, KafkaError, UnknownError, for_code

from agents.delivery.record import Partition
from agents.kafka.broker_requests import DescribeProducers, DescribeTransaction, FetchStableOffset
from agents.kafka.futures import look_at_error
from agents.kafka.last_transaction import Ending, Hanging, LastTransaction
from agents.kafka.offset_metadata import Committed, decode

log = structlog.get_logger()

ASK_AGAIN_S = 0.1
"""Pause before brokers that cannot answer yet are asked again, in seconds."""

_UNKNOWN_PARTITION, _NOT_AUTHORIZED, _UNSTABLE, _UNKNOWN_ID = 3, 29, 88, 105
_NO_TRANSACTION = -1

T = TypeVar("T")


_ENDINGS = {
    "Empty": Ending.UNKNOWN,
    "Dead": Ending.UNKNOWN,
    "Ongoing": Ending.ABORTED,
    "PrepareEpochFence": Ending.ABORTED,
    "PrepareAbort": Ending.ABORTED,
    "CompleteAbort": Ending.ABORTED,
    "PrepareCommit": Ending.COMMITTED,
    "CompleteCommit": Ending.COMMITTED,
}
_OPEN = "Ongoing"


class OpenTransactions:
    """Asks the brokers about transactions that write to *topics*.

    Every method waits for brokers that cannot answer for the moment, without limit, and raises
    KafkaError where they refuse.
    """

    def __init__(self, client: AIOKafkaClient, topics: Collection[str]) -> None:
        self._client = client
        self._topics = frozenset(topics)
        self._current: asyncio.Task[Mapping[int, frozenset[TopicPartition]]] | None = None
        self._next: asyncio.Task[Mapping[int, frozenset[TopicPartition]]] | None = None
        self._unseen: set[str] = set()

    async def last(self, transactional_id: str) -> LastTransaction:
        """Return what the coordinator of *transactional_id* says of its last transaction."""

        async def ask() -> LastTransaction:
            request = DescribeTransaction(transactional_id)
            response = await self._ask_coordinator(
                CoordinationType.TRANSACTION, transactional_id, request
            )
            ((code, _id, state, _timeout, _begin, producer_id, _epoch, topics, _),) = (
                response.transactions
            )
            if code == _UNKNOWN_ID:
                return LastTransaction()
            _raise_for(code)
            if state not in _ENDINGS:
                raise UnknownError(f"a transaction in the state {state!r}")
            places = [(topic, one) for topic, partitions, _ in topics for one in partitions]
            return LastTransaction(
                ending=_ENDINGS[state],
                is_open=state == _OPEN,
                producer_id=producer_id,
                places=frozenset(starmap(TopicPartition, places if state == _OPEN else ())),
            )

        try:
            return await self._answered(ask)
        except (IncompatibleBrokerVersion, NotImplementedError):
            self._warn_unseen("before Kafka 3.0 brokers do not tell")
            return LastTransaction()

    async def hanging(
        self,
        producer_id: int,
        group: str,
        source: Partition,
        touched: Collection[TopicPartition] | None = None,
    ) -> Hanging:
        """Return where a transaction of *producer_id* is open that commits *source* for *group*.

        Only *touched* partitions are looked at; None stands for all of the topics.
        """
        if touched is None:
            found = (await self._everywhere()).get(producer_id, frozenset[TopicPartition]())
        else:
            found = (await self._open_in(touched)).get(producer_id, frozenset[TopicPartition]())
        return Hanging(found, await self._offset_pending(group, source))

    async def committed(self, group: str, source: Partition) -> Committed | None:
        """Return what is committed for *group* in *source*; None where nothing is."""

        async def ask() -> Committed | None:
            offset, metadata, code = await self._stable_offset(group, source)
            _raise_for(code)
            return None if offset < 0 else decode(offset, metadata)

        return await self._answered(ask)

    async def close(self) -> None:
        """Stop asking."""
        asking = [task for task in (self._current, self._next) if task is not None]
        for task in asking:
            task.cancel()
        await asyncio.gather(*asking, return_exceptions=True)

    async def _offset_pending(self, group: str, source: Partition) -> bool:
        async def ask() -> bool:
            _offset, _metadata, code = await self._stable_offset(group, source)
            if code != _UNSTABLE:
                _raise_for(code)
            return code == _UNSTABLE

        return await self._answered(ask)

    async def _stable_offset(self, group: str, source: Partition) -> tuple[int, str, int]:
        request = FetchStableOffset(group, *source)
        response = await self._ask_coordinator(CoordinationType.GROUP, group, request)
        _raise_for(response.error_code)
        ((_name, ((_partition, offset, _epoch, metadata, code, _),), _),) = response.topics
        return offset, metadata, code

    async def _everywhere(self) -> Mapping[int, frozenset[TopicPartition]]:
        """Return where each producer has an open transaction, as it is after this call.

        Whoever comes while the brokers are being asked waits for the next time: a worker takes all
        its partitions up at once.
        """
        if self._next is None:
            self._next = asyncio.create_task(self._after(self._current))
            self._next.add_done_callback(look_at_error)
        return await asyncio.shield(self._next)

    async def _after(
        self, former: asyncio.Task[Mapping[int, frozenset[TopicPartition]]] | None
    ) -> Mapping[int, frozenset[TopicPartition]]:
        if former is not None:
            await asyncio.wait((former,))
        self._current, self._next = self._next, None
        await asyncio.gather(*(self._client.add_topic(topic) for topic in self._topics))
        known = self._client.cluster.partitions_for_topic
        if not all(known(topic) for topic in self._topics):
            # What was under way may have been asked before the topics were added.
            await self._client.force_metadata_update()
        return await self._open_in(
            [
                TopicPartition(topic, partition)
                for topic in self._topics
                for partition in known(topic) or ()
            ]
        )

    async def _open_in(
        self, places: Collection[TopicPartition]
    ) -> Mapping[int, frozenset[TopicPartition]]:
        """Return in which of *places* each producer has an open transaction."""
        found: dict[int, set[TopicPartition]] = defaultdict(set)
        unanswered = set(places)

        async def ask() -> None:
            by_leader = self._by_leader(unanswered)
            answers = await asyncio.gather(
                *(
                    self._client.send(leader, DescribeProducers(topics))
                    for leader, topics in by_leader.items()
                )
            )
            for answer in answers:
                for place, code, producers in _flat(answer):
                    self._note_refusal(place, code)
                    unanswered.discard(place)
                    for producer_id, *_state, begin, _tags in producers or ():
                        if begin != _NO_TRANSACTION:
                            found[producer_id].add(place)

        try:
            await self._answered(ask)
        except (IncompatibleBrokerVersion, NotImplementedError):
            self._warn_unseen("before Kafka 3.0 brokers do not tell")
        return {producer_id: frozenset(open_in) for producer_id, open_in in found.items()}

    def _by_leader(self, places: Collection[TopicPartition]) -> Mapping[int, dict[str, list[int]]]:
        """Return *places* by leader and topic; raises an error to be retried where one has none."""
        by_leader: dict[int, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for place in places:
            leader = self._client.cluster.leader_for_partition(place)
            if leader is None or leader < 0:
                raise for_code(5)(str(place))
            by_leader[leader][place.topic].append(place.partition)
        return by_leader

    def _note_refusal(self, place: TopicPartition, code: int) -> None:
        if code == _NOT_AUTHORIZED:
            self._warn_unseen("no READ on it", place.topic)
        elif code != _UNKNOWN_PARTITION:
            _raise_for(code)

    def _warn_unseen(self, why: str, topic: str = "") -> None:
        if topic not in self._unseen:
            self._unseen.add(topic)
            log.warning("transactions that hang are not seen", topic=topic, why=why)

    async def _ask_coordinator(self, kind: CoordinationType, key: str, request: Any) -> Any:
        node = await self._client.coordinator_lookup(kind, key)
        return await self._client.send(node, request, group=ConnectionGroup.COORDINATION)

    async def _answered(self, ask: Callable[[], Awaitable[T]]) -> T:
        """Return the answer, however often it takes to ask."""
        while True:
            try:
                return await ask()
            except KafkaError as error:
                if not error.retriable:
                    raise
            except (AssertionError, KeyError):
                pass  # aiokafka knows no broker for the moment, or has just closed a connection
            self._client.force_metadata_update()
            await asyncio.sleep(ASK_AGAIN_S)


def _flat(answer: Any) -> list[tuple[TopicPartition, int, Any]]:
    return [
        (TopicPartition(topic, partition), code, producers)
        for topic, partitions, _ in answer.topics
        for partition, code, _message, producers, _ in partitions
    ]


def _raise_for(code: int) -> None:
    if code:
        error = for_code(code)
        raise error
