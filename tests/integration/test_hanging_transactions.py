"""A transaction that brokers call over and left open is ended as it was decided.

Brokers that lose their leader at the wrong moment make such ones by themselves; here they are made
by hand, with the brokers' own check for them turned off.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata

from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.kafka.group_offsets import GroupOffsets
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.partition_log import LogContext, PartitionLog
from agents.kafka.sharing_producer import SharingProducer
from agents.kafka.transactional_log import TransactionalLog
from tests.support.dead_letters import own_topics, read
from tests.support.unchecked_transactions import unchecked_transactions

Client = dict[str, object]
PARTITIONS = 2


@pytest.fixture
def client(bootstrap: str) -> Client:
    return {"bootstrap.servers": bootstrap, "log_level": 0}


@pytest.fixture
def unchecked(client: Client) -> Iterator[None]:
    with unchecked_transactions(client):
        yield


@dataclass(frozen=True)
class Work:
    """One input partition of a group, and the topic that its results go to."""

    client: Client
    transactional_log: TransactionalLog
    source: Partition
    target: str
    group: str

    async def open(self) -> PartitionLog:
        return await self.transactional_log.open(self.source)

    def output(self, value: str) -> Output:
        return Output(topic=self.target, key=b"k", value=value.encode())

    @property
    def results(self) -> list[str]:
        return [record.value.decode() for record in read(self.client, self.target)]

    @property
    def committed(self) -> Committed | None:
        return GroupOffsets(self.client).committed(self.group, [self.source]).get(self.source)

    async def leave_open(
        self, partition_log: PartitionLog, value: str, committed: Committed
    ) -> None:
        """Write under the log's epoch what its coordinator does not know of, and so never ends."""
        assert await partition_log.verify()  # else the end of the one before would end it, too
        producer: SharingProducer = partition_log._producer
        await producer.begin_transaction()
        transaction = producer._txn_manager
        for partition in range(PARTITIONS):
            transaction._txn_partitions.add(TopicPartition(self.target, partition))
        transaction.consumer_group_added(self.group)
        await producer.send_and_wait(self.target, value.encode(), b"k")
        progress = OffsetAndMetadata(committed.offset, encode(committed))
        source = TopicPartition(*self.source)
        await producer.send_offsets_to_transaction({source: progress}, self.group)
        transaction.committing_transaction()
        transaction.complete_transaction()
        partition_log._unverified = True  # as after any transaction


@pytest.fixture
async def work(
    client: Client, topic_name: Callable[[str], str], unchecked: None
) -> AsyncIterator[Work]:
    del unchecked
    topics = own_topics(client, topic_name, partitions=PARTITIONS)
    group = topic_name("group")
    transactional_log = TransactionalLog(
        {"bootstrap_servers": client["bootstrap.servers"]},
        LogContext(group=group, stage="transcriber", topics=(topics.name, topic_name("no-such"))),
        max_request_bytes=1 << 20,
    )
    yield Work(client, transactional_log, Partition(topics.redrive.name, 0), topics.name, group)
    await transactional_log.close()


async def test_what_was_committed_is_there_after_all(work: Work) -> None:
    first = await work.open()
    await first.transact([work.output("before")], Committed(1))
    await work.leave_open(first, "hanging", Committed(3, ((4, 6),)))
    assert work.results == ["before"]
    second = await work.open()
    assert (work.results, work.committed) == (["before", "hanging"], Committed(3, ((4, 6),)))
    await second.transact([work.output("after")], Committed(7))
    assert (work.results, work.committed) == (["before", "hanging", "after"], Committed(7))
    await first.stop()
    await second.stop()


async def test_what_was_committed_is_there_though_the_next_one_was_given_up(work: Work) -> None:
    first = await work.open()
    await first.transact([work.output("before")], Committed(1))
    await work.leave_open(first, "hanging", Committed(3))
    producer = first._producer  # a log itself leaves nothing open
    await producer.begin_transaction()
    (elsewhere,) = {0, 1} - {
        record.partition.partition for record in read(work.client, work.target)
    }
    await producer.send_and_wait(work.target, b"not committed", partition=elsewhere)
    second = await work.open()
    assert (work.results, work.committed) == (["before", "hanging"], Committed(3))
    await second.transact([work.output("after")], Committed(4))
    assert work.results == ["before", "hanging", "after"]
    await first.stop()
    await second.stop()


async def test_after_a_lost_connection_nothing_begins_before_the_last_one_is_over(
    work: Work,
) -> None:
    partition_log = await work.open()
    await partition_log.transact([work.output("before")], Committed(1))
    await work.leave_open(partition_log, "hanging", Committed(2))
    partition_log._producer.client.losses += 1
    with pytest.raises(DependencyUnavailable, match="hangs"):
        await partition_log.transact([work.output("after")], Committed(3))
    await partition_log.stop()
    second = await work.open()
    assert (work.results, work.committed) == (["before", "hanging"], Committed(2))
    await second.stop()


async def test_a_transaction_that_loses_its_connection_before_it_began_does_not_begin(
    work: Work,
) -> None:
    partition_log = await work.open()
    producer = partition_log._producer
    await producer.begin_transaction()
    producer.client.losses += 1
    with pytest.raises(KafkaError):
        await producer.send_all([work.output("lost")])
    await partition_log.stop()
    second = await work.open()
    await second.transact([work.output("after")], Committed(1))
    assert work.results == ["after"]
    await second.stop()


async def test_what_was_given_up_stays_so(work: Work) -> None:
    first = await work.open()
    await first.transact([work.output("before")], Committed(1))
    producer = first._producer
    await producer.begin_transaction()
    await producer.send_and_wait(work.target, b"aborted", b"k")
    await producer.abort_transaction()
    await work.leave_open(first, "hanging", Committed(3))
    second = await work.open()
    await second.transact([work.output("after")], Committed(2))
    assert (work.results, work.committed) == (["before", "after"], Committed(2))
    await first.stop()
    await second.stop()


async def test_what_nobody_can_have_been_told_of_did_not_happen(work: Work) -> None:
    first = await work.open()
    await work.leave_open(first, "hanging", Committed(3))
    second = await work.open()
    assert (work.results, work.committed) == ([], None)
    await second.transact([work.output("after")], Committed(1))
    assert (work.results, work.committed) == (["after"], Committed(1))
    await first.stop()
    await second.stop()


async def test_a_log_tells_whether_its_own_transactions_are_over(work: Work) -> None:
    partition_log = await work.open()
    assert await partition_log.verify()
    await partition_log.transact([work.output("before")], Committed(1))
    await work.leave_open(partition_log, "hanging", Committed(3))
    assert not await partition_log.verify()
    await partition_log.stop()
