"""Actions at moments to come, run one after another by the thread that waits for them."""

import heapq
import itertools
import time
from collections.abc import Callable

TICK_S = 0.1
"""Longest sleep between looks at the condition to end, in seconds."""

Action = Callable[[], None]


class Timeline:
    """A queue of actions by time."""

    def __init__(self) -> None:
        self._began = time.monotonic()
        self._numbers = itertools.count()
        self._actions: list[tuple[float, int, Action]] = []

    def restart(self) -> None:
        """Begin to count anew, before anything is on the timeline."""
        self._began = time.monotonic()

    @property
    def now_s(self) -> float:
        """Seconds since the timeline began."""
        return time.monotonic() - self._began

    def at(self, moment_s: float, action: Action) -> None:
        """Run *action* at *moment_s* of the timeline."""
        heapq.heappush(self._actions, (moment_s, next(self._numbers), action))

    def after(self, pause_s: float, action: Action) -> None:
        """Run *action* after *pause_s*."""
        self.at(self.now_s + pause_s, action)

    def run_until(self, over: Callable[[], bool], *, limit_s: float) -> bool:
        """Run what is due until *over*; False if that was not within *limit_s*."""
        end_s = self.now_s + limit_s
        while not over():
            if self.now_s > end_s:
                return False
            self._run_due()
            time.sleep(TICK_S)
        return True

    def _run_due(self) -> None:
        while self._actions and self._actions[0][0] <= self.now_s:
            heapq.heappop(self._actions)[2]()
