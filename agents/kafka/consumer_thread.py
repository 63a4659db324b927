"""The thread that fetches records, and keeps the group's heartbeat, beside the loop that works."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import structlog
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import OffsetResetStrategy
from aiokafka.coordinator.assignors.range import RangePartitionAssignor
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers import aiokafka as driver
from mode import Service

from agents.delivery.gate import Gate
from agents.delivery.record import Partition
from agents.kafka.closing import closed
from agents.kafka.partition_state import Tail
from agents.kafka.record_batches import read_all_records

log = structlog.get_logger()

READ_AGAIN_S = 0.5
"""Pause before brokers that did not answer are asked again, in seconds."""
NOTHING_OPEN_S = 0.2
"""Pause where all partitions of a worker are held back, in seconds."""
WATCH_S = 1.0
"""Time between looks at the coordinator, in seconds: an error there is noticed that late."""


class Fetched(dict[Any, Any]):
    """Records by partition, and the epoch that they were asked for in."""

    def __init__(self, epoch: int, records: Mapping[Any, Any]) -> None:
        super().__init__(records)
        self.epoch = epoch


class ConsumerThread(driver.AIOKafkaConsumerThread):
    """The thread that fetches: read_committed, with the coordinator's errors surfacing."""

    def __post_init__(self) -> None:
        """Complete the construction."""
        super().__post_init__()
        self._gate: Gate | None = None
        self._tails: dict[Partition, Tail] = {}
        self._epoch = 0

    async def on_start(self) -> None:
        """Connect, for as long as the brokers are away."""
        while not self.should_stop:
            try:
                await super().on_start()
            except KafkaConnectionError as error:
                log.warning("connecting", error=str(error))
                await self._ensure_consumer().stop()
                await self.sleep(READ_AGAIN_S)
            else:
                return

    async def on_thread_stop(self) -> None:
        """Close the consumer: Faust would wait for a thread that ends otherwise for ever."""
        await closed(super().on_thread_stop(), self._consumer)

    def _create_worker_consumer(self, transport: Any) -> Any:
        read_all_records()
        consumer = super()._create_worker_consumer(transport)
        consumer._isolation_level = "read_committed"  # noqa: SLF001 - Faust has no setting for it
        # Of topics with as many partitions each, range gives one member the same numbers; sticky
        # leaves a member what it has, so that a rolling restart moves little.
        co_partitioned = transport.app.co_partitioned
        self._gate = transport.app.gate
        assignor = RangePartitionAssignor if co_partitioned else StickyPartitionAssignor
        consumer._partition_assignment_strategy = (assignor,)  # noqa: SLF001 - same
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

    async def seek_to(self, positions: Mapping[Partition, int | None]) -> int:
        """Fetch from *positions*, where None is the first record that there is.

        Return the number of this epoch, which everything bears that is fetched from there on.
        """
        epoch: int = await self.call_thread(self._seek_to, positions)
        return epoch

    def tail(self, partition: Partition) -> Tail | None:
        """Return how far this consumer has come in *partition*; None where it does not know yet."""
        tail = self._tails.get(partition)
        return None if tail is None or tail.position is None else tail

    def request_rejoin(self) -> None:
        """Ask the group for a new assignment."""
        coordinator = self._ensure_consumer()._coordinator  # noqa: SLF001 - it has no other way
        self.thread_loop.call_soon_threadsafe(coordinator.request_rejoin)

    async def _seek_to(self, positions: Mapping[Partition, int | None]) -> int:
        """Seek every partition: what was fetched since the assignment may be gone already."""
        consumer = self._ensure_consumer()
        fetcher = consumer._fetcher  # noqa: SLF001 - seek() refuses while rebalancing
        assigned = self._assigned(consumer)
        self._tails = {}
        for partition in positions.keys() & assigned.keys():
            offset = positions[partition]
            if offset is None:
                first = OffsetResetStrategy.EARLIEST
                fetcher.request_offset_reset([TopicPartition(*partition)], first)
            else:
                fetcher.seek_to(TopicPartition(*partition), offset)
            self._tails[partition] = Tail(after=offset, position=offset)
        self._epoch += 1
        if self._gate is not None:
            self._gate.begin_anew()
        return self._epoch

    async def _fetch_records(self, consumer: Any, active_partitions: Any, **limits: Any) -> Any:
        """Fetch, and note where each partition's records end and the consumer stands.

        Whoever asked before the last seek may know nothing of it yet and throw away what he gets.
        What follows would count as following what came before: so it is fetched again.
        """
        epoch = self._epoch
        records = await self._fetch_admitted(consumer, active_partitions, **limits)
        if epoch != self._epoch:
            for tp, batch in records.items():
                if batch and Partition(*tp) in self._assigned(consumer):
                    consumer._fetcher.seek_to(tp, batch[0].offset)  # noqa: SLF001 - as above
            return {}
        for tp, batch in records.items():
            partition = Partition(*tp)
            if batch and partition in self._tails:
                self._tails[partition] = Tail(after=batch[-1].offset + 1, position=None)
            if self._gate is not None and partition.topic in self._gate.topics:
                self._gate.let_in((partition, record.offset) for record in batch)
        for partition, state in self._assigned(consumer).items():
            if partition in self._tails and state.has_valid_position:
                self._tails[partition] = replace(self._tails[partition], position=state.position)
        return Fetched(epoch, records)

    async def _fetch_admitted(self, consumer: Any, active: Any, **limits: Any) -> Any:
        """Fetch, of gated topics no more records than the gate has room for.

        The others come in as small helpings meanwhile. What is not fetched here waits in the
        client, some of it, and counts as read by nobody.
        """
        gate = self._gate
        if gate is not None and any(tp.topic in gate.topics for tp in active):
            if room := gate.room():
                limits["max_records"] = room
            else:
                active = {tp for tp in active if tp.topic not in gate.topics}
            if not active:  # none would mean all
                await self.sleep(NOTHING_OPEN_S)
                return {}
        return await super()._fetch_records(consumer, active, **limits)

    def _assigned(self, consumer: Any) -> dict[Partition, Any]:
        """Return what the client knows of each partition that it is assigned now."""
        subscription = consumer._subscription.subscription  # noqa: SLF001 - position() would wait
        if subscription is None or subscription.assignment is None:
            return {}
        assignment = subscription.assignment
        return {Partition(*tp): assignment.state_value(tp) for tp in assignment.tps}
