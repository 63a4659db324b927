"""Waits for something that may not come in time."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from agents.delivery.clock import Clock
from agents.diarist.llm.language_model import Outcome

LEAST_S = 1.0
"""Time that has to be left for a call, in seconds: what is begun and not awaited is paid, too."""


class NotCalled(Exception):
    """There is no time left in which a call could begin.

    Never leaves the package: the failure of an earlier call, or *outcome*, is told instead.
    """

    def __init__(self, outcome: Outcome) -> None:
        super().__init__(outcome.value)
        self.outcome = outcome


async def either(awaited: Coroutine[Any, Any, Any], clock: Clock, seconds: float) -> None:
    """Return when *awaited* is done, or after so many seconds, in which it may be given up."""
    tasks = [asyncio.ensure_future(awaited), asyncio.ensure_future(clock.sleep(seconds))]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
