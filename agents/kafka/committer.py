"""The committers of the partitions that a worker holds; together they are its `Publisher`."""

import asyncio
from collections.abc import Iterable, Mapping

import structlog

from agents.delivery.record import Completion, Partition, Record
from agents.errors import DependencyUnavailable
from agents.kafka.commit_context import CommitContext
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_committer import RECOVER_S, PartitionCommitter
from agents.kafka.partition_log import PartitionLog

log = structlog.get_logger()


class Committer:
    """Begins and ends the work on partitions as the group assigns them.

    An assignment begins in two steps: `fence`, and `begin` once everything else is prepared.
    """

    def __init__(self, context: CommitContext) -> None:
        self._context = context
        self._partitions: dict[Partition, PartitionCommitter] = {}
        self._logs: dict[Partition, PartitionLog] = {}

    @property
    def held(self) -> Mapping[Partition, PartitionCommitter]:
        """The partitions that records are taken from now."""
        return self._partitions

    async def fence(self, partitions: Iterable[Partition]) -> None:
        """End all former work, and lock every one of *partitions*, kept ones too."""
        await self.release()
        async with asyncio.TaskGroup() as locking:
            for partition in partitions:
                locking.create_task(self._lock(partition))

    def begin(self) -> Mapping[Partition, Committed | None]:
        """Begin with what was committed when the locks were taken, and return that."""
        self._partitions = {
            partition: PartitionCommitter(partition, partition_log, self._context)
            for partition, partition_log in self._logs.items()
        }
        committed = {partition: one.committed for partition, one in self._logs.items()}
        self._logs = {}
        return committed

    async def release(self) -> None:
        """End the work on all partitions; that goes on where a new assignment interrupts it."""
        former, self._partitions = self._partitions, {}
        unused, self._logs = self._logs, {}
        closing = asyncio.gather(
            *(committer.close() for committer in former.values()),
            *(partition_log.stop() for partition_log in unused.values()),
        )
        await asyncio.shield(closing)

    async def room_for(self, record: Record) -> None:
        """Wait until one more open record of *record*'s partition fits into what is committed.

        Where that takes long, other partitions wait, too: the stream behind is one for all.
        """
        while committer := self._partitions.get(record.partition):
            if committer.has_room:
                return
            await committer.more_room()

    def receive(self, record: Record) -> bool:
        """Note the arrival of *record*; False if no work is to be done on it."""
        committer = self._partitions.get(record.partition)
        return committer is not None and committer.receive(record)

    def publish(self, completion: Completion) -> "asyncio.Future[bool]":
        """Publish and commit *completion*, unless its partition is another worker's by now.

        All records of a completion are of one partition.
        """
        committer = self._partitions.get(completion.records[0].partition)
        if committer is not None and committer.holds(completion):
            return committer.add(completion)
        not_ours: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        not_ours.set_result(False)
        return not_ours

    async def _lock(self, partition: Partition) -> None:
        with self._context.health.waiting_for("kafka"):
            while True:
                try:
                    self._logs[partition] = await self._context.transactional_log.open(partition)
                except DependencyUnavailable as error:
                    log.warning("fencing", partition=partition, error=str(error))
                    await self._context.clock.sleep(RECOVER_S)
                else:
                    return
