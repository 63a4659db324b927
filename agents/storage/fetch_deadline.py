"""Counts the time that is left for fetching one recording."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

SLOWEST_BYTES_PER_S = 256 << 10
"""A transfer of this speed or more never comes to its deadline: thirty times what the best of
speech recordings need to be played. What is slower uses the deadline up."""


class FetchDeadlineState:
    """Ends after *deadline_s* seconds; bytes that had not come before put the end off."""

    def __init__(self, deadline_s: float, monotonic: Callable[[], float]) -> None:
        self._deadline_s = deadline_s
        self._monotonic = monotonic
        self._ends_at = monotonic() + deadline_s
        self._limit: asyncio.Timeout | None = None
        self._most_bytes = 0

    @asynccontextmanager
    async def kept(self) -> AsyncIterator[None]:
        """Raise TimeoutError in what is done meanwhile, once no time is left."""
        self._limit = asyncio.timeout(self.left_s())
        try:
            async with self._limit:
                yield
        finally:
            self._limit = None

    def came(self, size_bytes: int) -> float:
        """Hear how many bytes are here; return for how many seconds that puts the end off."""
        more_s = max(0, size_bytes - self._most_bytes) / SLOWEST_BYTES_PER_S
        self._most_bytes = max(self._most_bytes, size_bytes)
        self._extend(more_s)
        return more_s

    def put_off(self, seconds: float) -> None:
        """Give *seconds* back; never makes more of them than there were to begin with.

        They come too late once the time was up.
        """
        self._extend(max(0.0, min(seconds, self._deadline_s - self.left_s())))

    def left_s(self) -> float:
        """Return the seconds until the end."""
        return self._ends_at - self._monotonic()

    def _extend(self, seconds: float) -> None:
        self._ends_at += seconds
        if self._limit is not None and not self._limit.expired():
            self._limit.reschedule((self._limit.when() or 0.0) + seconds)
