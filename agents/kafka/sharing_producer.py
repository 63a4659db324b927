"""aiokafka's transactional producer, many of them on one set of connections."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import aiokafka
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient, CoordinationType
from aiokafka.errors import IllegalOperation, KafkaError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder
from aiokafka.producer.sender import Sender

from agents.delivery.record import Output
from agents.kafka.futures import look_at_error
from agents.kafka.last_transaction import Ending, Hanging

STOP_S = 5.0
"""Longest wait for a producer to end, in seconds; a broken one can wait for ever."""

_POSITIVE = 0x7FFFFFFF
"""What Kafka's default partitioner keeps of a key's hash."""


BROKER_ERRORS = (KafkaError, IllegalOperation, AssertionError, KeyError, TimeoutError)
"""What aiokafka raises when brokers come and go: it asserts its own state after a fatal error, and
has lost a batch and a connection with a KeyError."""


class ConnectionLost(KafkaError):
    """A broker may have been restarted since the transaction was begun here."""


class SharedClient(AIOKafkaClient):
    """The connections of many producers; counts those that ended."""

    losses = 0

    def _on_connection_closed(self, conn: Any, reason: Any) -> None:
        self.losses += 1
        super()._on_connection_closed(conn, reason)


class _CarefulSender(Sender):
    """Begins no transaction at brokers that have not told whether they ended the one before."""

    losses = 0
    """Connections that had ended when that was known."""

    async def _do_add_partitions_to_txn(self, tps: Any) -> Any:
        self._refuse_after_loss()
        return await super()._do_add_partitions_to_txn(tps)

    async def _do_add_offsets_to_txn(self, group_id: str) -> Any:
        self._refuse_after_loss()
        return await super()._do_add_offsets_to_txn(group_id)

    def _refuse_after_loss(self) -> None:
        if self._txn_manager.is_empty_transaction() and self.losses != self.client.losses:
            raise ConnectionLost


class SharingProducer(aiokafka.AIOKafkaProducer):
    """A producer on somebody else's client, which it neither starts nor closes."""

    _sender: Any

    def __init__(self, client: SharedClient, **settings: Any) -> None:
        super().__init__(**settings)
        self._stopped = False
        self._ending: asyncio.Future[None] | None = None
        self.client = client
        self._metadata = client.cluster
        self._message_accumulator._cluster = client.cluster  # noqa: SLF001 - made from its own client
        former: Any = self._sender
        self._sender = _CarefulSender(
            client,
            acks=former._acks,  # noqa: SLF001 - as it was made
            txn_manager=self._txn_manager,
            message_accumulator=self._message_accumulator,
            retry_backoff_ms=former._retry_backoff * 1000,  # noqa: SLF001 - same
            request_timeout_ms=former._request_timeout_ms,  # noqa: SLF001 - same
        )

    async def initialise(self) -> bool:
        """Try once to take the transactional id over; False where that is to be tried again.

        It is for as long as the last transaction is not over, or the coordinator not ready.
        """
        sender = self._sender
        coordinator = await sender._find_coordinator(  # noqa: SLF001 - start() tries without end
            CoordinationType.TRANSACTION, self._txn_manager.transactional_id
        )
        if not await sender._do_init_pid(coordinator):  # noqa: SLF001 - same
            return False
        await sender.start()
        self.note_ended()
        return True

    @property
    def may_have_lost(self) -> bool:
        """Whether a connection has ended since `note_ended`."""
        return bool(self._sender.losses != self.client.losses)

    @property
    def losses(self) -> int:
        """Connections that have ended."""
        return self.client.losses

    def note_ended(self, losses: int | None = None) -> None:
        """Note that the last transaction is over everywhere, as of so many *losses*."""
        self._sender.losses = self.client.losses if losses is None else losses

    @property
    def producer_id(self) -> int:
        """The number that brokers know the transactional id by, once it is initialised."""
        producer_id: int = self._txn_manager.producer_id
        return producer_id

    async def end(self, hanging: Hanging, group: str, ending: Ending) -> None:
        """End what is open in *hanging*, by a transaction that has nothing of its own.

        Given up halfway it would undo what was committed: so it goes on whoever stops waiting.
        """
        self.note_ended()
        self._ending = asyncio.ensure_future(self._end(hanging, group, ending))
        self._ending.add_done_callback(look_at_error)
        await asyncio.shield(self._ending)

    async def _end(self, hanging: Hanging, group: str, ending: Ending) -> None:
        await self.begin_transaction()
        if hanging.offsets:
            while not await self._sender._do_add_offsets_to_txn(group):  # noqa: SLF001 - without offsets
                pass
        for place in hanging.partitions:
            self._txn_manager.maybe_add_partition_to_txn(place)
        if ending is Ending.COMMITTED:
            await self.commit_transaction()
        else:
            await self.abort_transaction()

    async def send_all(self, outputs: Iterable[Output]) -> frozenset[TopicPartition]:
        """Send *outputs* within the open transaction, and return where they are once they are.

        In batches of our own making: a future for each record would be most of what sending costs.
        Raises KafkaError.
        """
        building: dict[TopicPartition, BatchBuilder] = {}
        sent: list[asyncio.Future[Any]] = []
        try:
            for output in outputs:
                place = await self._place(output)
                batch = building.get(place)
                if batch is None or not _append(batch, output):
                    if batch is not None:
                        sent.append(await self._send_built(batch, place))
                    building[place] = batch = self.create_batch()
                    _append(batch, output)  # a batch takes its first record, whatever its size
            for place, batch in building.items():
                sent.append(await self._send_built(batch, place))
            for future in sent:
                await future
        finally:
            for future in sent:
                future.add_done_callback(look_at_error)
        return frozenset(building)

    async def _send_built(self, batch: BatchBuilder, place: TopicPartition) -> asyncio.Future[Any]:
        batch.close()
        sent: asyncio.Future[Any] = await self.send_batch(
            batch, place.topic, partition=place.partition
        )
        return sent

    async def _place(self, output: Output) -> TopicPartition:
        """Return where *output* goes: by its key as any Kafka client has it."""
        key, value = output.key, output.value
        self._serialize(key, value, list(output.headers))  # refuses what is too large
        partitions = await self.client._wait_on_metadata(output.topic)  # noqa: SLF001 - as send()
        if key is None:
            return TopicPartition(
                output.topic, self._partition(output.topic, None, None, value, None, value)
            )
        return TopicPartition(output.topic, (murmur2(key) & _POSITIVE) % len(partitions))

    async def stop(self) -> None:
        """Stop sending; what takes longer than `STOP_S` to end in order is ended."""
        if self._stopped:
            return
        self._stopped = self._closed = True
        self._look_at_errors()
        with suppress(*BROKER_ERRORS):
            async with asyncio.timeout(STOP_S):
                await self._finish()
        if self._sender.sender_task is not None:
            self._sender.sender_task.cancel()
        self._look_at_errors()  # its end may have put new ones there

    async def _finish(self) -> None:
        if self._ending is not None:
            await asyncio.wait((self._ending,))
        sending = self._sender.sender_task
        if sending is not None:
            closing = asyncio.ensure_future(self._message_accumulator.close())
            try:
                await asyncio.wait((closing, sending), return_when=asyncio.FIRST_COMPLETED)
            finally:
                closing.cancel()
            await self._sender.close()

    def _look_at_errors(self) -> None:
        queued = self._message_accumulator._batches.values()  # noqa: SLF001 - nothing shows them
        waiters = [batch._drain_waiter for batches in queued for batch in batches]  # noqa: SLF001
        for waiter in (self._txn_manager.wait_for_transaction_end(), *waiters):
            if waiter is not None:
                waiter.add_done_callback(look_at_error)


def _append(batch: BatchBuilder, output: Output) -> bool:
    """Add *output* to *batch*; False where it is full."""
    added = batch.append(
        timestamp=None, key=output.key, value=output.value, headers=list(output.headers)
    )
    return added is not None
