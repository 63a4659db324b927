"""Delivery by key: events are held, then folded together into what is known of their key."""

import asyncio
from collections.abc import Sequence
from typing import Generic, TypeVar

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.codec import event_key
from agents.delivery.delivery import InFlight, publish_one, published
from agents.delivery.holds import HoldPolicy, HoldsState
from agents.delivery.record import Completion, Outcome, Record
from agents.delivery.stage import Fold, Job, Publisher, Received, Result
from agents.delivery.work import Work
from schemas import Event

E = TypeVar("E", bound=Event)


class FoldDelivery(Generic[E]):
    """Holds events by key; one fold per key at a time completes all events it was given."""

    def __init__(
        self, work: Work[E], fold: Fold[E], publisher: Publisher, policy: HoldPolicy, clock: Clock
    ) -> None:
        self._work = work
        self._fold = fold
        self._publisher = publisher
        self._clock = clock
        self._holds: HoldsState[str, Received[E]] = HoldsState(policy)
        self._changed = asyncio.Event()
        self.in_flight = InFlight(work.stage.in_flight, work.stage.name, work.context.waits)
        self._ticker = asyncio.create_task(self._end_holds())

    async def admit(self) -> None:
        """Return once there is room; a full window ends every hold at once."""
        if self.in_flight.full:
            self._hurry(on=True)
            try:
                await self.in_flight.admit()
            finally:
                self._hurry(on=self.in_flight.draining)
        else:
            await self.in_flight.admit()

    def dismiss(self) -> None:
        """Give the room back without a record."""
        self.in_flight.dismiss()

    def deliver(self, record: Record) -> None:
        """Hold *record*'s event, or dead-letter what is none."""
        metrics.RECEIVED.labels(self._work.stage.name, record.partition.topic).inc()
        if self.in_flight.add(record):
            self.in_flight.start(self._hold(record))

    async def _hold(self, record: Record) -> None:
        received = await self._work.read(record)
        if isinstance(received, Completion):
            try:
                await self._work.released(received)
                await publish_one(received, record, self._publisher, self.in_flight)
            finally:
                self.in_flight.remove((record,))
            return
        self._holds.add(event_key(received.event), received, self._clock.monotonic())
        self._look_again()

    async def drain(self, grace_s: float) -> int:
        """End every hold and wait for the folds."""
        self._hurry(on=True)
        left = await self.in_flight.drain(grace_s)
        self._ticker.cancel()
        return left

    def _hurry(self, *, on: bool) -> None:
        self._holds.hurry(on=on)
        self._look_again()

    def _look_again(self) -> None:
        self._start_due()
        self._changed.set()

    async def _end_holds(self) -> None:
        while True:
            self._changed.clear()
            self._start_due()
            due_at = self._holds.due_at()
            pause_s = None if due_at is None else max(0.0, due_at - self._clock.monotonic())
            try:
                async with asyncio.timeout(pause_s):
                    await self._changed.wait()
            except TimeoutError:
                continue

    def _start_due(self) -> None:
        for key, held in self._holds.take_due(self._clock.monotonic()):
            self.in_flight.start(self._finish(key, held))

    async def _finish(self, key: str, held: list[Received[E]]) -> None:
        left = sorted(held, key=lambda one: one.record.position)
        try:
            while left:
                await self._finish_some(key, left)
        finally:
            self.in_flight.remove(one.record for one in left)
            self._holds.finished(key)
            self._look_again()

    async def _finish_some(self, key: str, left: list[Received[E]]) -> None:
        """Fold what is first in *left* and lies in one partition, together or else one by one.

        Partitions are committed separately, so that no completion may span two of them.
        """
        partition = left[0].record.partition
        together = [one for one in left if one.record.partition == partition]
        completion = await self._fold_all(key, together)
        if completion.outcome is Outcome.DONE or len(together) == 1:
            await self._publish(key, completion, together)
            del left[: len(together)]
            return
        for one in together:
            await self._publish(key, await self._fold_all(key, [one]), [one])
            del left[0]

    async def _publish(self, key: str, completion: Completion, held: list[Received[E]]) -> None:
        """Publish *completion*, or hold again what a new assignment has delivered meanwhile.

        Nothing else would work on that; the others of *held* come when they are delivered.
        """
        while not await self._work.released(completion):
            completion = await self._fold_all(key, held)
        is_published = await published(completion, self._publisher)
        again = [one for one in held if not is_published and self.in_flight.came_again(one.record)]
        for one in again:
            self._holds.add(key, one, self._clock.monotonic())
        self.in_flight.remove(one.record for one in held if one not in again)

    async def _fold_all(self, key: str, held: list[Received[E]]) -> Completion:
        async def step(_job: Job) -> Sequence[Result]:
            return await self._fold(key, [one.event for one in held])

        return await self._work.finish(held, step)
