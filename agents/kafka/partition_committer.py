"""Publishes the finished work of one partition: in transactions, and exactly once.

The one safety rule: after every initialisation of the transactional id the committed offset and
its metadata are read, and only what they leave open is committed under that epoch.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.record import Completion, Partition, Record
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_state import Arrival, PartitionState
from agents.kafka.transactional_log import Fenced, PartitionLog, TransactionalLog

log = structlog.get_logger()

BATCH_MAX = 2000
"""Records in one transaction: enough to spread its cost, few enough to stay well below a second."""
GATHER_S = 0.05
"""Time between the beginnings of transactions, in seconds, while results keep coming.

Markers are written after a transaction's end, and the next one meets them as a refusal that costs
20 ms. A lone result does not wait.
"""
RECOVER_S = 0.5
"""Pause between attempts to take a partition up again, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitContext:
    """What the committers of a worker's partitions share."""

    transactional_log: TransactionalLog
    read_committed: Callable[[Partition], Awaitable[Committed | None]]
    """Reads a partition's committed offset; raises DependencyUnavailable."""
    tail: Callable[[Partition], tuple[int, int] | None]
    """The position that the consumer had passed by with nothing left to deliver; see `rest`."""
    rejoin: Callable[[], None]
    """Asks the group for a new assignment, since somebody else took a partition."""
    clock: Clock
    health: Health
    group: str
    stage: str

    def transactional_id(self, partition: Partition) -> str:
        """Return the id that is the lock of *partition*."""
        return f"{self.group}.{partition.topic}.{partition.partition}"


@dataclass(frozen=True, slots=True)
class _Finished:
    completion: Completion
    published: "asyncio.Future[bool]"

    def release(self, *, published: bool) -> None:
        if not self.published.done():
            self.published.set_result(published)


class PartitionCommitter:
    """Gathers the finished work of one partition and commits it with its results.

    Made under an epoch of its own (`PartitionLog`), with what was committed when that began.
    """

    def __init__(
        self,
        partition: Partition,
        partition_log: PartitionLog,
        committed: Committed | None,
        context: CommitContext,
    ) -> None:
        self._partition = partition
        self._log = partition_log
        self._committed = committed
        self._context = context
        self._gathered: list[_Finished] = []
        self._some = asyncio.Event()
        self._state = PartitionState(committed)
        self._task = asyncio.create_task(self._run())

    def receive(self, record: Record) -> bool:
        """Note the arrival of *record*; False if no work is to be done on it."""
        return self._state.deliver(record.offset) is Arrival.NEW

    def is_open(self, offset: int) -> bool:
        """Tell whether *offset* has arrived and is not finished."""
        return self._state.is_open(offset)

    @property
    def has_room(self) -> bool:
        """Whether one more record may be taken."""
        return self._state.has_room

    def add(self, completion: Completion) -> "asyncio.Future[bool]":
        """Take finished work; the future tells once it is published, or no longer ours."""
        published: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._gathered.append(_Finished(completion, published))
        self._some.set()
        return published

    async def close(self) -> None:
        """Let go of the partition; what is not committed is its next owner's."""
        self._task.cancel()
        await asyncio.wait((self._task,))
        self._drop()
        await self._log.stop()

    async def _run(self) -> None:
        try:
            while True:
                await self._wait_for_some()
                began = self._context.clock.monotonic()
                await self._commit(self._gathered[:BATCH_MAX])
                if self._gathered:
                    spent = self._context.clock.monotonic() - began
                    await self._context.clock.sleep(max(0.0, GATHER_S - spent))
        except Fenced:
            log.warning("fenced", partition=self._partition)
            metrics.FENCED.labels(self._context.stage).inc()
            self._drop()
            self._context.rejoin()

    async def _wait_for_some(self) -> None:
        """Return when there is finished work, or at rest when there are markers to pass by."""
        while not self._gathered:
            self._some.clear()
            try:
                await asyncio.wait_for(self._some.wait(), REST_S)
            except TimeoutError:
                if self._rest():
                    return

    def _rest(self) -> bool:
        """Pass by what the log holds beside records; tell whether that moved what to commit."""
        tail = self._context.tail(self._partition)
        if tail is not None:
            self._state.pass_by_after(*tail)
        return self._state.committed_with(()) != self._committed

    async def _commit(self, batch: list[_Finished]) -> None:
        """Commit *batch*, however often the brokers have to be asked."""
        while True:
            offsets = self._offsets(batch)
            committed = self._state.committed_with(offsets)
            if committed is None or (committed == self._committed and not batch):
                return
            outputs = [output for one in batch for output in one.completion.outputs]
            try:
                with metrics.TRANSACTION_SECONDS.labels(self._context.stage).time():
                    await self._log.transact(
                        outputs, self._partition, committed, self._context.group
                    )
            except DependencyUnavailable as error:
                log.warning("transaction unclear", partition=self._partition, error=str(error))
                await self._recover()
                batch = [one for one in batch if not self._was_published(one)]
                if not batch:
                    return
            else:
                self._committed = committed
                self._done(batch)
                return
