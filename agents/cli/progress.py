"""How far recordings have come: what is known, and how a person sees it."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from agents.stages import STAGES
from schemas import StageState, StatusChanged

_BAR_WIDTH = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordingProgress:
    """The newest status of one recording; *stage* is None before the first."""

    name: str
    stage: str | None = None
    state: StageState = StageState.RECEIVED
    share: float | None = None
    reason: str | None = None
    detail: str | None = None
    at: datetime | None = None

    @property
    def finished(self) -> bool:
        """Whether nothing more will come: it is in the day's page, or given up."""
        on_page = self.stage == STAGES[-1] and self.state is StageState.DONE
        return on_page or self.state is StageState.FAILED

    @property
    def words(self) -> str:
        """The status for people."""
        if self.stage is None:
            return "sent"
        if self.state is StageState.FAILED:
            return f"{self.stage} gave up: {self.reason} ({self.detail})"
        if self.finished:
            return "in the diary"
        share = "" if self.share is None else f" {self.share:.0%}"
        detail = f" ({self.detail})" if self.detail else ""
        return f"{self.stage} {self.state.lower()}{share}{detail}"

    def after(self, status: StatusChanged) -> Self:
        """Return the progress after *status*; word of what is past changes nothing."""
        if self._is_past(status):
            return self
        return type(self)(
            name=self.name,
            stage=status.stage,
            state=status.state,
            share=status.progress,
            reason=status.reason,
            detail=status.detail,
            at=status.at,
        )

    def _is_past(self, status: StatusChanged) -> bool:
        """Tell whether *status* is of an earlier stage, or was overtaken by the end of its own."""
        if self.stage is None or self.at is None:
            return False
        behind = _order(status.stage) - _order(self.stage)
        return behind < 0 or (behind == 0 and status.at < self.at)


class ProgressView(Protocol):
    """Shows the progress of several recordings."""

    def show(self, recordings: Mapping[str, RecordingProgress]) -> None:
        """Show *recordings*, by their ids."""
        ...


class PlainView:
    """One line for every change: for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._shown: dict[str, tuple[str | None, StageState]] = {}

    def show(self, recordings: Mapping[str, RecordingProgress]) -> None:
        """Print what has changed since the last time; shares of a step are left out."""
        for recording_id, progress in recordings.items():
            now = (progress.stage, progress.state)
            if self._shown.get(recording_id) != now:
                self._shown[recording_id] = now
                line = Text(f"{progress.name}: {progress.words}")
                self._console.print(line, soft_wrap=True)


class LiveView:
    """A table that moves: for terminals."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def show(self, recordings: Mapping[str, RecordingProgress]) -> None:
        """Draw the table anew."""
        self._live.update(_table(recordings.values()))


@contextmanager
def progress_view(console: Console) -> Iterator[ProgressView]:
    """Give the view that fits where *console* writes; what it showed last stays."""
    if console.is_terminal:
        with Live(console=console, refresh_per_second=8) as live:
            yield LiveView(live)
    else:
        yield PlainView(console)


def _table(recordings: Iterable[RecordingProgress]) -> Table:
    table = Table.grid(padding=(0, 2))
    for progress in recordings:
        colour = "red" if progress.state is StageState.FAILED else "green"
        # As text, since names and reasons may hold what looks like markup.
        table.add_row(Text(progress.name), Text(_bar(progress), style=colour), Text(progress.words))
    return table


def _bar(progress: RecordingProgress) -> str:
    steps = len(STAGES)
    if progress.stage is None:
        done = 0.0
    else:
        within = 1.0 if progress.state is StageState.DONE else progress.share or 0.0
        done = (_order(progress.stage) + within) / steps
    full = round(done * _BAR_WIDTH)
    return "━" * full + "╌" * (_BAR_WIDTH - full)


def _order(stage: str) -> int:
    return STAGES.index(stage) if stage in STAGES else 0
