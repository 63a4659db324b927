"""Remembers that a memory does not answer, so that not every call waits to learn it."""

import time
from collections.abc import Callable

import structlog

from agents.storage.memory.working_memory import ANSWER_S, QUIET_S, MemoryUnavailable

log = structlog.get_logger()


class OutageState:
    """Whether the memory called *name* answers, as far as its last callers know."""

    def __init__(self, name: str, *, now_s: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._now_s = now_s
        self._reason: str | None = None
        self._since_s = 0.0
        self._try_at_s = 0.0

    def is_to_be_tried(self) -> bool:
        """Whether it did not answer last, and this caller is the one to see if it does again.

        Raises:
            MemoryUnavailable: it did not answer a moment ago.

        """
        if self._reason is None:
            return False
        now_s = self._now_s()
        if now_s < self._try_at_s:
            raise MemoryUnavailable(self._reason, perhaps_done=False)
        # This caller may have to wait; the others still fail at once.
        self._try_at_s = now_s + ANSWER_S
        return True

    def noticed(self, reason: str) -> None:
        """Note that it did not answer."""
        now_s = self._now_s()
        if self._reason is None:
            self._since_s = now_s
            log.warning("memory_unavailable", memory=self._name, reason=reason)
        self._reason = reason
        self._try_at_s = now_s + QUIET_S

    def ended(self) -> None:
        """Note that it answered."""
        if self._reason is not None:
            away_s = round(self._now_s() - self._since_s, 3)
            log.info("memory_available", memory=self._name, away_s=away_s)
            self._reason = None
