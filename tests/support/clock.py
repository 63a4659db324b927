"""A clock that stands still unless a test, or whoever sleeps by it, moves it."""

import asyncio
from datetime import UTC, datetime, timedelta

from agents.delivery.clock import Clock

NOON = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)


class MockedClock(Clock):
    """Starts at noon; whoever sleeps moves it on, or with *held* waits until `advance`."""

    def __init__(self, *, jitter: float = 1.0, held: bool = False) -> None:
        self.slept: list[float] = []
        self._elapsed_s = 0.0
        self._jitter = jitter
        self._held = held
        self._moved = asyncio.Event()

    def now(self) -> datetime:
        return NOON + timedelta(seconds=self._elapsed_s)

    def monotonic(self) -> float:
        return self._elapsed_s

    def jitter(self) -> float:
        return self._jitter

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        wake_at = self._elapsed_s + seconds
        if not self._held:
            self._elapsed_s = wake_at
        while self._elapsed_s < wake_at:
            self._moved.clear()
            await self._moved.wait()
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self._elapsed_s += seconds
        self._moved.set()
