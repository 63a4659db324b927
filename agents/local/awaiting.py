"""Waits for all parts to be ready: long for those at work, not for those that keep dying."""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from agents.local.part import is_busy
from agents.local.up_state import PartStatus, UpStatus

LOOK_S = 0.2
"""Time between looks at the parts, in seconds."""

KEEPS_ENDING = 3
"""A part that ended so often is not about to be ready, whatever its health says meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long to wait, and whom to tell every `tell_every_s` for what.

    Time counts towards `stuck_s` only while some part neither is ready nor at work: a part that
    lives and loads its model, or downloads it, may take what it needs, up to `limit_s`.
    """

    stuck_s: float = 180.0
    limit_s: float = math.inf
    tell: Callable[[str], None] = lambda _: None
    tell_every_s: float = 5.0


def await_ready(
    look: Callable[[], UpStatus | None], *, ended: Callable[[], bool], patience: Patience
) -> UpStatus | None:
    """Look until every part is ready, all *ended*, or patience does; return what was seen last."""
    began = now = told = time.monotonic()
    stuck_s = 0.0
    while True:
        known = look()
        if (known and known.ready) or ended():
            return known
        before, now = now, time.monotonic()
        if known is None or not all(map(_needs_time, known.unready)):
            stuck_s += now - before
        if stuck_s >= patience.stuck_s or now - began >= patience.limit_s:
            return known
        if now - told >= patience.tell_every_s:
            told = now
            patience.tell(f"{_awaited(known)} … {now - began:.0f} s")
        time.sleep(LOOK_S)


def _needs_time(part: PartStatus) -> bool:
    lives = part.process is not None and part.health_url is not None
    return lives and part.restarts < KEEPS_ENDING and is_busy(part.health_url or "")


def _awaited(known: UpStatus | None) -> str:
    if known is None:
        return "Waiting for the supervisor"
    parts = (f"{part.name} ({part.state.value})" for part in known.unready)
    return f"Waiting for {', '.join(parts)}"
