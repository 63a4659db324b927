"""Bounds how much is asked of one host at the same time."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class HostSlotsState:
    """Gives out *limit* slots for each host; who comes first is served first."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._slots: dict[str, asyncio.Semaphore] = {}
        self._users: Counter[str] = Counter()

    @asynccontextmanager
    async def one_of(self, host: str) -> AsyncIterator[None]:
        """Hold one of *host*'s slots, once there is one."""
        slots = self._slots.setdefault(host, asyncio.Semaphore(self._limit))
        self._users[host] += 1
        try:
            async with slots:
                yield
        finally:
            self._users[host] -= 1
            if not self._users[host]:
                # Hosts are named by events: those that nobody waits for must not pile up.
                del self._users[host], self._slots[host]
