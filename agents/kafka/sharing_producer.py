"""aiokafka's transactional producer, many of them on one set of connections."""

import asyncio
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import aiokafka
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, MessageSizeTooLargeError
from aiokafka.partitioner import murmur2
from aiokafka.producer.message_accumulator import BatchBuilder

from agents.delivery.record import Output
from agents.kafka.futures import look_at_error
from agents.kafka.open_transactions import Hanging, Outcome

STOP_S = 5.0
"""Longest wait for a producer to end, in seconds; a broken one can wait for ever."""

_POSITIVE = 0x7FFFFFFF
"""What Kafka's default partitioner keeps of a key's hash."""


class SharingProducer(aiokafka.AIOKafkaProducer):
    """A producer on somebody else's client, which it neither starts nor closes."""

    def __init__(self, client: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self._stopped = False
        self.client = self._sender.client = client
        self._metadata = client.cluster
        self._message_accumulator._cluster = client.cluster  # noqa: SLF001 - made from its own client

    async def start(self) -> None:
        """Initialise the transactional id."""
        await self._sender.start()

    @property
    def producer_id(self) -> int:
        """The number that brokers know the transactional id by, once it is initialised."""
        producer_id: int = self._txn_manager.producer_id
        return producer_id

    async def end(self, hanging: Hanging, group: str, outcome: Outcome) -> None:
        """End what is open in *hanging*, by a transaction that has nothing of its own."""
        await self.begin_transaction()
        if hanging.offsets:
            while not await self._sender._do_add_offsets_to_txn(group):  # noqa: SLF001 - without offsets
                pass
        for place in hanging.partitions:
            self._txn_manager.maybe_add_partition_to_txn(place)
        if outcome is Outcome.COMMITTED:
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
                    if not _append(batch, output):
                        raise MessageSizeTooLargeError(output.size_bytes)
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
        """Stop sending, as far as that takes no longer than `STOP_S`."""
        with suppress(KafkaError, TimeoutError, AssertionError):
            await asyncio.wait_for(self._stop(), STOP_S)

    async def _stop(self) -> None:
        if self._stopped:
            return
        self._stopped = self._closed = True
        self._look_at_errors()
        if self._sender.sender_task is not None:
            closing = asyncio.ensure_future(self._message_accumulator.close())
            await asyncio.wait(
                (closing, self._sender.sender_task), return_when=asyncio.FIRST_COMPLETED
            )
            closing.cancel()
            try:
                await self._sender.close()
            finally:
                self._look_at_errors()  # its end may have put new ones there

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
