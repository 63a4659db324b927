"""Stops a worker in which all work fails, before it empties its topic into the dead letters."""

import asyncio

from agents.delivery.clock import Clock
from agents.delivery.record import Partition
from agents.errors import WorkBroken

FAILURES_MAX = 10
"""Pieces of work that fail one after another, without any success between them, and end a worker.
With a share p of failures this takes (1 - p^10) / (p^10 (1 - p)) pieces on average: 10 where all
fail, 42 where four in five do, 2,000 where half do, 12 million where one in five does."""


class Breaker:
    """Counts how work ends; a refusal of input is neither a success nor a failure of work."""

    def __init__(self) -> None:
        self._failed: set[tuple[Partition, int]] = set()
        self._proven = False
        self._decided = asyncio.Event()

    def succeeded(self) -> None:
        """Note that work succeeded, such as that on the clip that warms an engine up."""
        self._failed.clear()
        self._proven = True
        self._decided.set()

    def failed(self, position: tuple[Partition, int]) -> None:
        """Note that the work on the record at *position* failed for good, once however often.

        A record that is worked on again, or delivered again, is still one failure.

        Raises:
            WorkBroken: so did too many before it.

        """
        self._failed.add(position)
        if self.is_open:
            self._decided.set()
            raise _broken()

    @property
    def is_open(self) -> bool:
        """Whether this worker is to stop."""
        return len(self._failed) >= FAILURES_MAX

    @property
    def is_proven(self) -> bool:
        """Whether some work has succeeded in this worker."""
        return self._proven

    async def proven(self, clock: Clock, *, within_s: float) -> bool:
        """Wait, at most for *within_s*, until some work has succeeded in this worker.

        Raises:
            WorkBroken: nothing did, and too much failed.

        """
        decided = asyncio.ensure_future(self._decided.wait())
        pause = asyncio.ensure_future(clock.sleep(within_s))
        try:
            await asyncio.wait((decided, pause), return_when=asyncio.FIRST_COMPLETED)
        finally:
            decided.cancel()
            pause.cancel()
        if self.is_open and not self._proven:
            raise _broken()
        return self._proven


def _broken() -> WorkBroken:
    return WorkBroken(f"{FAILURES_MAX} pieces of work failed one after another: see the log")
