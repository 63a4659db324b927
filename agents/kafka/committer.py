"""Publishes finished work and commits behind it, partition by partition."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

import structlog

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.record import Completion, Partition, Record
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.output_log import OutputLog
from agents.kafka.partition_state import PartitionState

log = structlog.get_logger()

Commit = Callable[[Mapping[Partition, int]], Awaitable[None]]
"""Commits offsets for the group; raises DependencyUnavailable where the outcome is unknown."""

RETRY_S = 1.0
"""Pause before finished work is published again, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitContext:
    """What the committers of a worker's partitions share."""

    output_log: OutputLog
    commit: Commit
    clock: Clock
    health: Health
    stage: str


@dataclass(frozen=True, slots=True)
class _Finished:
    completion: Completion
    published: asyncio.Future[bool]


class PartitionCommitter:
    """Gathers the finished work of one partition; publishes it, then commits the base.

    What finishes while a commit is under way is gathered into the next one.
    """

    def __init__(self, partition: Partition, committed: int | None, context: CommitContext) -> None:
        self._partition = partition
        self._context = context
        self._committed = committed
        self._gathered: list[_Finished] = []
        self._some = asyncio.Event()
        self.state = PartitionState(committed)
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    def add(self, completion: Completion) -> asyncio.Future[bool]:
        """Take finished work; the future tells once it is published, or no longer ours."""
        published: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._gathered.append(_Finished(completion, published))
        self._some.set()
        if self._task.done():
            self._ended(self._task)
        return published

    async def close(self) -> None:
        """Let go of the partition; work not yet published is its next owner's."""
        self._task.cancel()
        await asyncio.wait((self._task,))

    def _ended(self, task: asyncio.Task[None]) -> None:
        """Keep nobody waiting: the partition is let go of, or what ended the task is told."""
        error = None if task.cancelled() else task.exception()
        for finished in self._gathered:
            if error is None:
                _release(finished, published=False)
            elif not finished.published.done():
                finished.published.set_exception(error)
        self._gathered.clear()

    async def _run(self) -> None:
        while True:
            await self._some.wait()
            self._some.clear()
            batch = tuple(self._gathered)
            with metrics.PUBLISH_SECONDS.labels(self._context.stage).time():
                await self._publish(batch)
                for finished in batch:
                    for record in finished.completion.records:
                        if record.partition == self._partition:
                            self.state.complete(record.offset)
                await self._commit()
            del self._gathered[: len(batch)]
            for finished in batch:
                _release(finished, published=True)

    async def _publish(self, batch: tuple[_Finished, ...]) -> None:
        outputs = [output for finished in batch for output in finished.completion.outputs]
        await self._persist(lambda: self._context.output_log.append(outputs))

    async def _commit(self) -> None:
        base = self.state.base
        if base is not None and base != self._committed:
            await self._persist(lambda: self._context.commit({self._partition: base}))
            self._committed = base

    async def _persist(self, action: Callable[[], Awaitable[None]]) -> None:
        """Repeat *action* until the brokers have answered."""
        while True:
            try:
                return await action()
            except DependencyUnavailable as error:
                log.warning("waiting", partition=self._partition, error=str(error))
                with self._context.health.waiting_for(error.dependency):
                    await self._context.clock.sleep(RETRY_S)


class Committer:
    """The committers of the partitions that this worker holds; the worker's `Publisher`."""

    def __init__(self, context: CommitContext) -> None:
        self._context = context
        self._partitions: dict[Partition, PartitionCommitter] = {}

    async def assign(self, committed: Mapping[Partition, int | None]) -> None:
        """Hold exactly these partitions, from their committed offsets, under a new assignment."""
        old, self._partitions = self._partitions, {}
        for committer in old.values():
            await committer.close()
        self._partitions = {
            partition: PartitionCommitter(partition, offset, self._context)
            for partition, offset in committed.items()
        }

    def receive(self, record: Record) -> bool:
        """Note the arrival of *record*; False if it is not ours or arrived before."""
        committer = self._partitions.get(record.partition)
        return committer is not None and committer.state.deliver(record.offset)

    async def publish(self, completion: Completion) -> bool:
        """Publish and commit *completion*, unless a partition is another worker's by now."""
        committers: dict[Partition, PartitionCommitter] = {}
        for record in completion.records:
            committer = self._open_committer(record)
            if committer is None:
                return False
            committers[record.partition] = committer
        for committer in committers.values():
            if not await asyncio.shield(committer.add(completion)):
                return False
            completion = replace(completion, outputs=())
        return True

    def _open_committer(self, record: Record) -> PartitionCommitter | None:
        committer = self._partitions.get(record.partition)
        if committer is None or not committer.state.is_open(record.offset):
            return None
        return committer


def _release(finished: _Finished, *, published: bool) -> None:
    if not finished.published.done():
        finished.published.set_result(published)
