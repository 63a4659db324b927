"""Publishes the finished work of one partition: in transactions, and exactly once.

The one safety rule: after every initialisation of the transactional id the committed offset and
its metadata are read, and only what they leave open is committed under that epoch.
"""

import asyncio
from collections.abc import Collection, Iterator
from dataclasses import dataclass

import structlog

from agents import metrics
from agents.delivery.record import Completion, Partition, Record
from agents.errors import DependencyUnavailable
from agents.kafka.commit_context import CommitContext
from agents.kafka.partition_gauges import PartitionGauges
from agents.kafka.partition_log import Fenced, PartitionLog
from agents.kafka.partition_state import Arrival, PartitionState
from agents.tracing import transaction_span

log = structlog.get_logger()

BATCH_MAX = 2000
"""Records in one transaction: enough to spread its cost, few enough to stay well below a second."""
GATHER_S = 0.05
"""Time between the beginnings of transactions, in seconds, while results keep coming.

Markers are written after a transaction's end, and the next one meets them as a refusal that costs
20 ms. A lone result does not wait.
"""
GATHER_MAX_S = 0.5
"""Longest such pause after a transaction's end, in seconds: as long as that transaction took, so
that on a busy machine they become larger rather than more.
"""
REST_S = 1.0
"""Time without results after which markers at the end of the log are passed by, in seconds."""
SLOW_S = 3.0
"""Age at which a transaction that has not ended counts as waiting for the brokers, in seconds: it
is given up as unclear much later."""
VERIFY_S = 30.0
"""Longest time of work without a look whether its results are there for readers, in seconds; at
rest one follows at once."""
CANCEL_AGAIN_S = 1.0
"""Pause before the end of a committer is asked for again, in seconds."""
RECOVER_S = 0.5
"""Pause between attempts to take a partition up again, in seconds."""


@dataclass(frozen=True, slots=True)
class _Finished:
    completion: Completion
    published: "asyncio.Future[bool]"

    def release(self, *, published: bool) -> None:
        if not self.published.done():
            self.published.set_result(published)


class PartitionCommitter:
    """Gathers the finished work of one partition and commits it with its results.

    Made under an epoch of its own (`PartitionLog`), which knows what was committed when it began.
    """

    def __init__(
        self,
        partition: Partition,
        partition_log: PartitionLog,
        context: CommitContext,
    ) -> None:
        self._partition = partition
        self._log = partition_log
        self._committed = partition_log.committed
        self._context = context
        self._gathered: list[_Finished] = []
        self._verified_s = context.clock.monotonic()
        self._some = asyncio.Event()
        self._room = asyncio.Event()
        self._state = PartitionState(partition_log.committed)
        self._gauges = PartitionGauges(context.stage, partition)
        self._task = asyncio.create_task(self._run())
        self._task.add_done_callback(self._ended)

    def receive(self, record: Record) -> bool:
        """Note the arrival of *record*; False if no work is to be done on it."""
        return self._state.deliver(record.offset, record.timestamp_ms) is Arrival.NEW

    @property
    def position(self) -> int | None:
        """Offset behind the last record that arrived or was passed by."""
        return self._state.position

    @property
    def open_offsets(self) -> Collection[int]:
        """Offsets that have arrived and are not finished."""
        return self._state.open_offsets

    def holds(self, completion: Completion) -> bool:
        """Tell whether all records of *completion* have arrived here and are not finished."""
        opened = self._state.open_offsets
        for record in completion.records:  # noqa: SIM110 - all() takes twice as long, for each record
            if record.offset not in opened:
                return False
        return True

    @property
    def has_room(self) -> bool:
        """Whether one more record may be taken."""
        return self._state.has_room(finishing=min(len(self._gathered), BATCH_MAX))

    async def more_room(self) -> None:
        """Return once there may be more room, or the partition was let go of."""
        self._room.clear()
        await self._room.wait()

    def add(self, completion: Completion) -> "asyncio.Future[bool]":
        """Take finished work; the future tells once it is published, or no longer ours."""
        published: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._gathered.append(_Finished(completion, published))
        self._some.set()
        self._room.set()
        if self._task.done():
            self._ended(self._task)
        return published

    async def close(self) -> None:
        """Let go of the partition; what is not committed is its next owner's."""
        while not self._task.done():  # a library may swallow one
            self._task.cancel()
            await asyncio.wait((self._task,), timeout=CANCEL_AGAIN_S)
        self._room.set()
        self._gauges.close()
        await self._log.stop()

    def _ended(self, task: "asyncio.Task[None]") -> None:
        """Keep nobody waiting: the partition is let go of, or what ended the task is told."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            log.error("committer ended", partition=self._partition, error=repr(error))
        for one in self._gathered:
            if error is None:
                one.release(published=False)
            elif not one.published.done():
                one.published.set_exception(error)
        self._gathered.clear()
        self._room.set()

    async def _run(self) -> None:
        try:
            while True:
                await self._wait_for_some()
                began = self._context.clock.monotonic()
                await self._commit()
                if self._context.clock.monotonic() > self._verified_s + VERIFY_S:
                    await self._verify()
                if self._gathered:
                    spent = self._context.clock.monotonic() - began
                    await self._context.clock.sleep(max(GATHER_S - spent, min(spent, GATHER_MAX_S)))
        except Fenced:
            log.warning("fenced", partition=self._partition)
            metrics.FENCED.labels(self._context.stage).inc()
            self._context.group_state.rejoin()

    async def _wait_for_some(self) -> None:
        """Return when there is finished work, or at rest when there are markers to pass by."""
        self._show()
        while not self._gathered:
            self._some.clear()
            try:
                # Not wait_for(): before Python 3.12 it may swallow the end of this task.
                async with asyncio.timeout(REST_S):
                    await self._some.wait()
            except TimeoutError:
                await self._verify()
                if self._rest():
                    return
                self._show()

    async def _verify(self) -> None:
        """Take the partition up again where brokers have left a transaction open."""
        self._verified_s = self._context.clock.monotonic()
        try:
            verified = await self._log.verify()
        except DependencyUnavailable as error:
            log.debug("not verified", partition=self._partition, error=str(error))
        else:
            if not verified:
                log.warning("transaction hangs", partition=self._partition)
                await self._recover()

    def _show(self) -> None:
        self._gauges.show(self._state, self._committed, self._context.clock.now().timestamp())

    def _rest(self) -> bool:
        """Pass by what the log holds beside records; tell whether that moved what to commit."""
        tail = self._context.group_state.tail(self._partition)
        if tail is not None:
            self._state.pass_by_tail(tail)
        return self._state.committed_with(()) != self._committed

    async def _commit(self) -> None:
        """Commit what is gathered, and where the group stands, in one transaction."""
        batch = self._gathered[:BATCH_MAX]
        offsets = frozenset(self._offsets(batch))
        committed = self._state.committed_with(offsets)
        if committed is None:
            return
        outputs = [output for one in batch for output in one.completion.outputs]
        try:
            with (
                metrics.TRANSACTION_SECONDS.labels(self._context.stage).time(),
                self._context.health.waiting_if_longer("kafka", SLOW_S),
                transaction_span(self._context.stage, self._partition, records=len(offsets)),
            ):
                await self._log.transact(outputs, committed)
        except DependencyUnavailable as error:
            log.warning("transaction unclear", partition=self._partition, error=str(error))
            await self._recover()
        else:
            self._committed = committed
            for offset in offsets:
                self._state.complete(offset)
            del self._gathered[: len(batch)]
            for one in batch:
                one.release(published=True)
            self._room.set()
            metrics.TRANSACTION_RECORDS.labels(self._context.stage).observe(len(offsets))

    def _offsets(self, batch: list[_Finished]) -> Iterator[int]:
        return (record.offset for one in batch for record in one.completion.records)

    def _release_finished(self) -> None:
        """Tell who waits what somebody else has finished; keep what is still to be published.

        Raises:
            Fenced: another worker finished some of the records of one completion, so that its
                outputs are no longer true.

        """
        still = []
        for one in self._gathered:
            still_open = [self._state.is_open(each.offset) for each in one.completion.records]
            if all(still_open):
                still.append(one)
            elif any(still_open):
                raise Fenced(f"{self._partition}: worked on by another worker")
            else:
                one.release(published=True)
        self._gathered = still
        self._room.set()

    async def _recover(self) -> None:
        """Begin a new epoch, and take over what was committed until then, by whomever.

        Raises:
            Fenced: the group has given the partition to another worker, or brokers have taken back
                what they had confirmed: what is finished is to be read anew.

        """
        metrics.RECOVERIES.labels(self._context.stage).inc()
        with self._context.health.waiting_for("kafka"):
            while True:
                await self._log.stop()
                if not self._context.group_state.owned(self._partition):
                    raise Fenced(str(self._partition))
                try:
                    self._log = await self._context.transactional_log.open(self._partition)
                except DependencyUnavailable as error:
                    log.warning("recovering", partition=self._partition, error=str(error))
                    await self._context.clock.sleep(RECOVER_S)
                else:
                    break
        committed = self._log.committed
        if self._committed is not None and not (committed and committed.includes(self._committed)):
            raise Fenced(f"{self._partition}: what was committed has been undone")
        if committed is not None:
            self._state.reconcile(committed)
            self._committed = committed
        self._release_finished()
