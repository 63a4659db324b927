"""Waits for what other tasks or threads are about to do."""

import asyncio
import time
from collections.abc import Callable

PATIENCE_S = 10.0
"""Far longer than anything waited for here takes, in seconds."""


async def until(condition: Callable[[], object]) -> None:
    """Return once *condition* holds; fails the test if it never does."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        await asyncio.sleep(0.001)
