"""The daily agent: a person's entries become the page of the day."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from agents.daily.fold import DayBounds, fold
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from schemas import DailyDiary, DiaryReady

NAME = "daily"
HELD_MAX = 1000
"""Entries held at the same time: enough for a household's backlog, few enough for memory."""


def create(
    host: WorkerHost,
    *,
    bounds: DayBounds,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Worker:
    """Return the worker that folds `diaries.ready` into the pages of `diaries.daily`."""
    pages = host.pages(DailyDiary)

    async def step(day_id: str, entries: Sequence[DiaryReady]) -> Sequence[DailyDiary]:
        page = fold(await pages.get(day_id), entries, now=now(), bounds=bounds)
        return [] if page is None else [page]

    return host.folding(host.stage(NAME, DiaryReady, in_flight=HELD_MAX), step, pages.table)
