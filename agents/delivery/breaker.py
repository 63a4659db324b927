"""Stops a worker in which all work fails, before it empties its topic into the dead letters."""

import asyncio

from agents.errors import WorkBroken

FAILURES_MAX = 10
"""Pieces of work that fail one after another, without any success between them, and end a worker.
With a share p of failures this takes (1 - p^10) / (p^10 (1 - p)) pieces on average: 10 where all
fail, 42 where four in five do, 2,000 where half do, 12 million where one in five does."""


class Breaker:
    """Counts how work ends; a refusal of input is neither a success nor a failure of work."""

    def __init__(self) -> None:
        self._in_a_row = 0
        self._proven = False
        self._decided = asyncio.Event()

    def succeeded(self) -> None:
        """Note that work succeeded, such as that on the clip that warms an engine up."""
        self._in_a_row = 0
        self._proven = True
        self._decided.set()

    def failed(self) -> None:
        """Note that a piece of work failed for good, however often it was tried.

        Raises:
            WorkBroken: so did too many before it.

        """
        self._in_a_row += 1
        if self.is_open:
            self._decided.set()
            raise _broken()

    @property
    def is_open(self) -> bool:
        """Whether this worker is to stop."""
        return self._in_a_row >= FAILURES_MAX

    async def proven(self) -> None:
        """Wait until some work has succeeded in this worker.

        Raises:
            WorkBroken: nothing did.

        """
        await self._decided.wait()
        if not self._proven:
            raise _broken()


def _broken() -> WorkBroken:
    return WorkBroken(f"{FAILURES_MAX} pieces of work failed one after another: see the log")
