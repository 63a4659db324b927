"""Faust's transport with its acknowledgements and commits taken out; ours stand in their place.

Stock Faust commits past records that are still in work, and acknowledges what failed:
https://github.com/faust-streaming/faust/issues/606 and
https://github.com/faust-streaming/faust/issues/189
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import KafkaError
from aiokafka.structs import OffsetAndMetadata
from faust.transport.drivers import aiokafka as driver
from mode import Service

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.kafka.record_batches import read_all_records

WATCH_S = 1.0
"""Time between looks at the coordinator, in seconds: an error there is noticed that late."""


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that fetches: read_committed, with the coordinator's errors surfacing."""

    def _create_worker_consumer(self, transport: Any) -> Any:
        read_all_records()
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust has no setting for it
        return consumer

    @Service.task  # type: ignore[untyped-decorator]  # mode is untyped to us
    async def _watch_coordinator(self) -> None:
        """Raise what the group coordinator met.

        aiokafka hands such errors to whoever polls it; Faust never does, and the worker would
        sit silent and without partitions: https://github.com/faust-streaming/faust/issues/523
        """
        while not self.should_stop:
            coordinator = getattr(self._consumer, "_coordinator", None)
            if coordinator is not None:
                coordinator.check_errors()
            await self.sleep(WATCH_S)

    async def committed(self) -> dict[Partition, int | None]:
        """Seek every assigned partition to its committed offset; return those offsets."""
        found: dict[Partition, int | None] = await self.call_thread(self._seek_to_committed)
        return found

    async def commit_positions(self, positions: Mapping[Partition, int]) -> None:
        """Commit *positions* for the group.

        Raises:
            DependencyUnavailable: the outcome is unknown.

        """
        await self.call_thread(self._commit_positions, positions)

    async def _seek_to_committed(self) -> dict[Partition, int | None]:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        found = await consumer._coordinator.fetch_committed_offsets(assigned)  # noqa: SLF001
        committed: dict[Partition, int | None] = {}
        for tp in assigned:
            offset = found[tp].offset if tp in found else -1
            committed[Partition(*tp)] = offset if offset >= 0 else None
            if offset >= 0:
                consumer._fetcher.seek_to(tp, offset)  # noqa: SLF001
        return committed

    async def _commit_positions(self, positions: Mapping[Partition, int]) -> None:
        consumer = self._ensure_consumer()
        assigned = consumer.assignment()
        offsets = {
            TopicPartition(*partition): OffsetAndMetadata(offset, "")
            for partition, offset in positions.items()
            if TopicPartition(*partition) in assigned
        }
        if not offsets:
            return
        try:
            await consumer.commit(offsets)
        except KafkaError as error:
            raise DependencyUnavailable("kafka", f"cannot commit: {error!r}") from error


Assigned = Callable[[Mapping[Partition, int | None]], Awaitable[None]]
"""Called with the committed offset of every partition held, before any record of them."""


class QuietConsumer(driver.Consumer):
    """Faust's consumer: acknowledges to nobody, commits nothing."""

    on_assigned: Assigned

    def _new_consumer_thread(self) -> ConsumerThread:
        return ConsumerThread(self, loop=self.loop, beacon=self.beacon)

    def ack(self, message: Any) -> bool:
        """Let go of *message*; completing it is the committer's."""
        message.acked = True
        self._unacked_messages.discard(message)
        return True

    def _new_offset(self, tp: Any) -> None:
        del tp

    async def _add_gap(self, tp: Any, offset_from: int, offset_to: int) -> None:
        del tp, offset_from, offset_to

    async def _commit(self, offsets: Mapping[Any, int]) -> bool:
        del offsets
        return True

    async def seek_to_committed(self) -> dict[Any, int]:
        """Begin an assignment: Faust calls this after each one, before records flow."""
        committed = await self._thread.committed()
        await self.on_assigned(committed)
        return {
            self._new_topicpartition(*partition): -1 if offset is None else offset
            for partition, offset in committed.items()
        }

    async def commit_positions(self, positions: Mapping[Partition, int]) -> None:
        """Commit *positions* for the group; raises DependencyUnavailable."""
        await self._thread.commit_positions(positions)


class Transport(driver.Transport):
    """Makes our consumer."""

    Consumer = QuietConsumer

    def __init__(self, *args: Any, on_assigned: Assigned, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._on_assigned = on_assigned

    def create_consumer(self, callback: Any, **kwargs: Any) -> QuietConsumer:
        """Return a consumer that begins each assignment with `on_assigned`."""
        consumer: QuietConsumer = super().create_consumer(callback, **kwargs)
        consumer.on_assigned = self._on_assigned
        return consumer
