"""The loops that take records in and hand finished work on: one without order, one by key.

Both bound what is in flight, join a redelivered record to the work already running on it, and
drain within a time limit.
"""

import asyncio
from collections.abc import Coroutine, Iterable, Sequence
from dataclasses import replace
from typing import Generic, Protocol, TypeVar

from agents import metrics
from agents.delivery.gate import Gate
from agents.delivery.record import Completion, Partition, Record
from agents.delivery.stage import Job, Publisher, Result, Step
from agents.delivery.waits import Waits
from agents.delivery.work import Work
from schemas import Event

E = TypeVar("E", bound=Event)


class Delivery(Protocol):
    """What the transport gives records to."""

    async def admit(self) -> None:
        """Return once there is room for one more record; `deliver` or `dismiss` follows."""
        ...

    def dismiss(self) -> None:
        """Give the room back without a record."""
        ...

    def deliver(self, record: Record) -> None:
        """Begin work on *record*, or join the work already running on it."""
        ...

    async def drain(self, grace_s: float) -> int:
        """Finish what can be finished within *grace_s*; return the records left unfinished.

        Work that waits for a dependency, or begins to, is left at once to the next owner.
        """
        ...


UNPUBLISHED_MAX_BYTES = 8 << 20
"""Results that may wait to be published while others are worked on in their place, in bytes."""


class InFlight:
    """The bounded set of records in work, by where they lie.

    A record's room is that of work: once only publishing is left, the next record may have it, as
    long as the results that wait so are small together.
    """

    def __init__(self, limit: int, stage: str, waits: Waits) -> None:
        self._free = limit
        self._waits = waits
        self._freed = asyncio.Event()
        self._records: dict[tuple[Partition, int], int | None] = {}
        self._unpublished_bytes = 0
        self._again: set[tuple[Partition, int]] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._gauge = metrics.IN_FLIGHT.labels(stage)
        self.draining = False
        """Whether no more records are taken in: what still arrives is its next owner's."""
        self._over = False
        self._left = 0
        self.failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        """Holds the error of a task that must never fail."""

    @property
    def full(self) -> bool:
        """Whether the next record has to wait."""
        return self._free <= 0

    def __len__(self) -> int:
        return len(self._records)

    async def admit(self) -> None:
        """Wait for room for one record."""
        while self._free <= 0:
            self._freed.clear()
            await self._freed.wait()
        self._free -= 1

    def dismiss(self) -> None:
        """Give back room that was not used."""
        self._free += 1
        self._freed.set()

    def add(self, record: Record) -> bool:
        """Take *record* into the room admitted for it; False if no work is to begin on it."""
        if record.position in self._records:
            self._again.add(record.position)
            self.dismiss()
            return False
        if self.draining:
            self.dismiss()
            return False
        self._records[record.position] = None
        self._gauge.inc()
        return True

    def holds(self, position: tuple[Partition, int]) -> bool:
        """Tell whether the record there is in work, or its results wait to be published."""
        return position in self._records

    def worked(self, record: Record, completion: Completion) -> None:
        """Note that of *record* only the publishing is left."""
        size = sum(output.size_bytes for output in completion.outputs)
        if self._unpublished_bytes + size <= UNPUBLISHED_MAX_BYTES:
            self._give_room(record, size)

    def park(self, record: Record) -> None:
        """Give the room of *record*, whose work waits for long, to another one."""
        self._give_room(record, 0)

    def _give_room(self, record: Record, size: int) -> None:
        before = self._records[record.position]
        self._records[record.position] = size
        self._unpublished_bytes += size - (before or 0)
        if before is None:
            self.dismiss()

    def came_again(self, record: Record) -> bool:
        """Tell, once, whether *record* was delivered again since it is in work."""
        came = record.position in self._again
        self._again.discard(record.position)
        return came

    def remove(self, records: Iterable[Record]) -> None:
        """Forget records whose work has ended; it is left to others where it was cancelled."""
        task = asyncio.current_task()
        cancelled = task is not None and task.cancelling() > 0
        for record in records:
            self._left += cancelled
            waiting_bytes = self._records.pop(record.position, None)
            self._again.discard(record.position)
            self._gauge.dec()
            if waiting_bytes is None:
                self.dismiss()
            else:
                self._unpublished_bytes -= waiting_bytes

    def start(self, work: Coroutine[None, None, None]) -> None:
        """Run *work*; an error of it fails the worker, since nobody else would see it."""
        if self._over:  # the end of cancelled work may ask for what waited for it
            work.close()
            return
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._finished)

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) and not self.failed.done():
            self.failed.set_exception(error)

    async def drain(self, grace_s: float) -> int:
        """Cancel waiting work at once, and running work later; return the records left."""
        self.draining = True
        self._waits.end()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + grace_s
        while self._tasks and (left_s := deadline - loop.time()) > 0:
            await asyncio.wait(
                set(self._tasks), timeout=left_s, return_when=asyncio.FIRST_COMPLETED
            )
        unfinished = len(self._records) + self._left
        self._over = True
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(set(self._tasks))
        return unfinished


async def publish_one(
    completion: Completion, record: Record, publisher: Publisher, in_flight: InFlight
) -> None:
    """Publish the end of *record*; once more where a new assignment has delivered it again."""
    while not await published(completion, publisher) and in_flight.came_again(record):
        pass


async def published(completion: Completion, publisher: Publisher) -> bool:
    """Publish *completion* as `Publisher` does, and then do what is to be done afterwards."""
    is_published = await publisher.publish(completion)
    for then in completion.then if is_published else ():
        await then()
    return is_published


class UnorderedDelivery(Generic[E]):
    """Works on records side by side and publishes each as it finishes."""

    def __init__(
        self, work: Work[E], step: Step[E], publisher: Publisher, gate: Gate | None = None
    ) -> None:
        self._work = work
        self._step = step
        self._publisher = publisher
        self._gate = gate
        self._once_more = asyncio.Lock()
        self.in_flight = InFlight(work.stage.in_flight, work.stage.name, work.context.waits)

    async def admit(self) -> None:
        """Return once there is room for one more record."""
        await self.in_flight.admit()

    def dismiss(self) -> None:
        """Give the room back without a record."""
        self.in_flight.dismiss()

    def deliver(self, record: Record) -> None:
        """Begin work on *record*."""
        metrics.RECEIVED.labels(self._work.stage.name, record.partition.topic).inc()
        if self.in_flight.add(record):
            if self._gate is not None:
                self._gate.working(record.position)
            self.in_flight.start(self._finish(record))

    async def drain(self, grace_s: float) -> int:
        """Wait for running work."""
        return await self.in_flight.drain(grace_s)

    async def _finish(self, record: Record) -> None:
        try:
            completion = await self._complete(record)
            self.in_flight.worked(record, completion)
            while not await self._work.released(completion):
                # What is held has given its room to others: it works on one at a time, beside them.
                async with self._once_more:
                    completion = await self._complete(record)
            await publish_one(completion, record, self._publisher, self.in_flight)
        finally:
            self.in_flight.remove((record,))
            if self._gate is not None:
                self._gate.finished(record.position)

    def _park(self, record: Record) -> bool:
        self.in_flight.park(record)
        return self._gate is None or self._gate.park(record.position)

    async def _complete(self, record: Record) -> Completion:
        received = await self._work.read(record)
        if isinstance(received, Completion):
            return received

        async def step(job: Job) -> Sequence[Result]:
            return await self._step(received.event, replace(job, park=lambda: self._park(record)))

        return await self._work.finish((received,), step)
