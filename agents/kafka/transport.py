"""Faust's transport with its acknowledgements and commits taken out; ours stand in their place.

Stock Faust commits past records that are still in work, and acknowledges what failed:
https://github.com/faust-streaming/faust/issues/606 and
https://github.com/faust-streaming/faust/issues/189
"""

from collections.abc import AsyncIterator, Collection, Mapping
from typing import Any, Protocol

from faust.transport.drivers import aiokafka as driver

from agents.delivery.record import Partition
from agents.kafka.bundle import Bundle, in_turns
from agents.kafka.consumer_thread import ConsumerThread
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_state import Tail


class AssignmentListener(Protocol):
    """Is told of every assignment, before any record of it arrives."""

    async def begin(
        self, partitions: Collection[Partition]
    ) -> Mapping[Partition, Committed | None]:
        """Make sure that nobody else publishes results of *partitions* any more, and begin.

        What is committed may be read only then, and is returned.
        """
        ...


class QuietConsumer(driver.Consumer):
    """Faust's consumer: acknowledges to nobody, commits nothing."""

    listener: AssignmentListener
    epoch: int | None = None
    """The seek that what is fetched now follows; None while an assignment begins."""

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

    async def getmany(self, timeout: float) -> AsyncIterator[tuple[Any, Any]]:  # noqa: ASYNC109 - Faust's own
        """Fetch, and yield the records of each partition as few messages of many records.

        What comes once a rebalance has begun comes again after it: Faust's own would seek to what
        is committed at that moment, which here begins an assignment, in the middle of the next one
        and with the locks of partitions that are another worker's.
        """
        fetched, active = await self._wait_next_records(timeout)
        for tp, records in in_turns(fetched or {}):
            if self.should_stop or not self.flow_active or fetched.epoch != self.epoch:
                return
            if active is None or tp in active or tp in self._buffered_partitions:
                yield tp, Bundle(tp, records, fetched.epoch, self.app.consumer_generation_id)

    async def seek_to_committed(self) -> dict[Any, int]:
        """Begin an assignment: Faust calls this after each one, before records flow."""
        positions = await self._begin([Partition(*tp) for tp in self.assignment()])
        return {
            self._new_topicpartition(*partition): -1 if offset is None else offset
            for partition, offset in positions.items()
        }

    async def _begin(self, partitions: Collection[Partition]) -> dict[Partition, int | None]:
        self.epoch = None
        committed = await self.listener.begin(partitions)
        positions = {
            partition: None if progress is None else progress.offset
            for partition, progress in committed.items()
        }
        self.epoch = await self._thread.seek_to(positions)
        return positions

    def tail(self, partition: Partition) -> Tail | None:
        """Return how far this consumer has come in *partition*; None where it does not know yet."""
        tail: Tail | None = self._thread.tail(partition)
        return tail

    def request_rejoin(self) -> None:
        """Ask the group for a new assignment."""
        self._thread.request_rejoin()


class Transport(driver.Transport):
    """Makes our consumer."""

    Consumer = QuietConsumer

    def __init__(self, *args: Any, listener: AssignmentListener, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._listener = listener

    def create_consumer(self, callback: Any, **kwargs: Any) -> QuietConsumer:
        """Return a consumer that tells *listener* of each assignment."""
        consumer: QuietConsumer = super().create_consumer(callback, **kwargs)
        consumer.listener = self._listener
        return consumer
