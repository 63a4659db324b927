"""Tells a worker's health when the brokers are away, also while it has nothing to publish."""

from collections.abc import Awaitable, Callable
from contextlib import ExitStack

from agents.delivery.clock import Clock
from agents.health import Health

LOOK_S = 2.0
"""Time between looks, in seconds."""
AWAY_LOOKS = 2
"""Looks in a row without an answer before work counts as waiting: coordinators move."""


async def watch_brokers(
    answer: Callable[[], Awaitable[bool]], health: Health, clock: Clock
) -> None:
    """Look for as long as the worker runs whether the brokers *answer*."""
    away = 0
    with ExitStack() as waiting:
        while True:
            await clock.sleep(LOOK_S)
            if await answer():
                away = 0
                waiting.close()
                continue
            away += 1
            if away == AWAY_LOOKS:
                waiting.enter_context(health.waiting_for("kafka"))
