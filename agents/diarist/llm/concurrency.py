"""How many calls of one model are made at once: more while it answers, half when it is too much."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from agents.delivery.clock import Clock
from agents.diarist.llm.language_model import Outcome
from agents.diarist.llm.waiting import LEAST_S, NotCalled, either

START = 4
"""Calls at once before anything is known of what a provider allows."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Leave to make one call."""

    era: int
    """Number of the limit's cuts before it was taken."""


class ConcurrencyState:
    """Slots for the calls of one model; who comes first is served first.

    The limit grows with successes that were made while it was reached: by one with each of them,
    and so twofold with each window, until there has been a sign of too much, then by one with each
    window, as many as the limit. It is halved on such a sign, once for all calls that were under
    way then. These are TCP's slow start and congestion avoidance: RFC 5681, 3.1.
    """

    def __init__(self, most: int, clock: Clock, changed: Callable[[int], object]) -> None:
        self.limit = min(START, most)
        self._most = most
        self._clock = clock
        self._changed = changed
        self._era = 0
        self._successes = 0
        self._taken = 0
        self._queue: deque[asyncio.Future[None]] = deque()
        changed(self.limit)

    @asynccontextmanager
    async def slot(self, deadline: float) -> AsyncIterator[Slot]:
        """Hold a slot, once there is one.

        Raises:
            NotCalled: none is free in time for a call to be made before *deadline*.

        """
        served = asyncio.get_running_loop().create_future()
        self._queue.append(served)
        self._serve()
        try:
            await self._served(served, deadline)
            yield Slot(self._era)
        finally:
            if served in self._queue:
                self._queue.remove(served)
            else:
                self._taken -= 1
            self._serve()

    def succeeded(self, slot: Slot) -> None:
        """Note that the call of *slot* was answered."""
        reached = self._taken >= self.limit or bool(self._queue)
        if slot.era != self._era or not reached or self.limit >= self._most:
            return
        self._successes += 1
        if self._era == 0 or self._successes >= self.limit:
            self._set(self.limit + 1)

    def overdone(self, slot: Slot) -> None:
        """Note that the provider refused the call of *slot* for there being too many."""
        if slot.era == self._era:
            self._era += 1
            self._set(max(1, self.limit // 2))

    def _set(self, limit: int) -> None:
        self.limit, self._successes = limit, 0
        self._changed(limit)
        self._serve()

    def _serve(self) -> None:
        while self._queue and self._taken < self.limit:
            served = self._queue.popleft()
            self._taken += 1  # also for who is cancelled, and gives it back
            if not served.done():
                served.set_result(None)

    async def _served(self, served: asyncio.Future[None], deadline: float) -> None:
        left_s = deadline - self._clock.monotonic() - LEAST_S
        if not served.done() and left_s > 0:
            await either(_done(served), self._clock, left_s)
        if not served.done():
            raise NotCalled(Outcome.UNREACHABLE)


async def _done(served: asyncio.Future[None]) -> None:
    await asyncio.wait([served])
