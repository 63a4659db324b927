"""The daily agent: a person's entries become the page of the day."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime

from agents.daily.fold import DayBounds, fold
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from schemas import DailyDiary, DiaryReady, UserSettings, without_wishes

NAME = "daily"
HELD_MAX = 1000
"""Entries held at the same time: enough for a household's backlog, few enough for memory."""


def create(
    host: WorkerHost,
    *,
    bounds: DayBounds,
    wishes: Callable[[str, str], UserSettings] = without_wishes,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> Worker:
    """Return the worker that folds `diaries.ready` into the pages of `diaries.daily`.

    *wishes* says when a person's days begin, where that differs from *bounds*.
    """
    pages = host.pages(DailyDiary)

    async def step(day_id: str, entries: Sequence[DiaryReady]) -> Sequence[DailyDiary]:
        person = entries[0].tenant_id, entries[0].user_id
        own_bounds = bounds.as_wished(wishes(*person))
        page = fold(await pages.get(day_id), entries, now=now(), bounds=own_bounds)
        return [] if page is None else [page]

    return host.folding(host.stage(NAME, DiaryReady, in_flight=HELD_MAX), step, pages.table)
