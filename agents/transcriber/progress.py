"""Tells people how far a recording is."""

from collections.abc import Callable

from schemas import StageState

PROGRESS_STEP = 0.1
"""Progress is told in steps of at least this share."""

Progress = Callable[[StageState, float | None], None]
"""Told how far the work is, now and then; must not block."""


class ProgressState:
    """Passes progress on sparingly; *promised_ms* is how long the event says the recording is."""

    def __init__(self, progress: Progress, promised_ms: int | None) -> None:
        self._progress = progress
        self._promised_ms = promised_ms
        self._told = 0.0

    def begin(self) -> None:
        """Say that the work begins."""
        self._progress(StageState.RUNNING, 0.0)

    def tell(self, done_ms: int, claimed_ms: int | None) -> None:
        """Say that *done_ms* are done, of *claimed_ms* if the recording's container says so."""
        total_ms = claimed_ms or self._promised_ms
        if not total_ms:
            return
        share = min(0.99, done_ms / total_ms)
        if share - self._told >= PROGRESS_STEP:
            self._told = share
            self._progress(StageState.RUNNING, round(share, 2))
