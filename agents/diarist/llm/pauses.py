"""For how long a model is to be left alone, as its provider said to any worker."""

from contextlib import suppress
from typing import Protocol

from agents.delivery.clock import Clock
from agents.storage.memory.working_memory import MemoryUnavailable

LOOK_EVERY_S = 1.0
"""Time between two looks at what other workers were told, in seconds."""

PAUSE_MAX_S = 3600.0
"""Longest pause, in seconds, whatever a provider says: a look each hour harms nobody."""


class Pauses(Protocol):
    """Pauses by name; a longer one stands. Methods are as in WorkingMemory."""

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long."""
        ...

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        ...


class OwnPauses:
    """The pauses that this worker knows of."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long."""
        until = self._clock.monotonic() + for_s
        self._until[name] = max(until, self._until.get(name, until))

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        return max(0.0, self._until.get(name, 0.0) - self._clock.monotonic())


class SharedPauses:
    """The pauses that all workers know of, and this one's own where they cannot be had."""

    def __init__(self, own: OwnPauses, shared: Pauses, clock: Clock) -> None:
        self._own = own
        self._shared = shared
        self._clock = clock
        self._look_at: dict[str, float] = {}

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long."""
        await self._own.pause(name, for_s=for_s)
        with suppress(MemoryUnavailable):
            await self._shared.pause(name, for_s=for_s)

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        now = self._clock.monotonic()
        if now >= self._look_at.get(name, now):
            self._look_at[name] = now + LOOK_EVERY_S
            with suppress(MemoryUnavailable):
                await self._own.pause(name, for_s=await self._shared.paused_s(name))
        return await self._own.paused_s(name)
