"""Folds new entries into the page of their day.

What converges: two folds over the same set of entries, in any order and any grouping, end with
pages that are equal in everything but `revision`, `reason`, `state` and `occurred_at`. Those
four are the page's history: how often, why and when it was written. Two entries with one
`entry_id` are the same entry, as ids are derived from what they name.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.daily.page import PAGE_VERSION, empty_page, written_page
from agents.daily.sources import compact, counted, merge
from schemas import (
    DailyDiary,
    DailyEntry,
    DayReason,
    DayState,
    DiaryReady,
    UserSettings,
    ids,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DayBounds:
    """When a diary day is over; the same values as where `diary_date` is computed."""

    day_start: time = time(4)
    grace: timedelta = timedelta(hours=6)
    """How long after its end a day stays open for recordings that are still on their way."""

    def as_wished(self, wishes: UserSettings) -> "DayBounds":
        """Return the bounds of a person's days."""
        return replace(self, day_start=wishes.day_starts_at(self.day_start))

    def settles_at(self, page: DailyDiary) -> datetime:
        """Return when the day of `page` is over for good, in the zone of the page."""
        next_day = page.diary_date + timedelta(days=1)
        end = datetime.combine(next_day, self.day_start, tzinfo=ZoneInfo(page.time_zone))
        return end + self.grace


_DEFAULT_BOUNDS = DayBounds()


def fold(
    page: DailyDiary | None,
    entries: Sequence[DiaryReady],
    *,
    now: datetime,
    bounds: DayBounds = _DEFAULT_BOUNDS,
) -> DailyDiary | None:
    """Return the next revision of a day's page, or None if it would say what it already says.

    All entries are of the page's tenant, user and day. `state` is SETTLED on a page written after
    the day is over (`DayBounds.settles_at`), and OPEN before: nothing is published merely because
    time passes. `reason` is REPROCESS if no recording is new, LATE_CLIP if a new one was recorded
    before the newest already on the page or comes to a day that is over, else NEW_CLIP.
    """
    before = page.entries if page else ()
    merged = merge((*before, *map(compact, entries)))
    if not merged:
        return None
    sources = ids.sources_hash(
        ((entry.entry_id, entry.text_sha256) for entry in merged), prompt_version=PAGE_VERSION
    )
    if page and page.sources_hash == sources:
        return None
    written = replace(_begun(page, entries, sources), entries=merged)
    written = written_page(written, counted(merged))
    state = DayState.SETTLED if now >= bounds.settles_at(written) else DayState.OPEN
    reason = _reason(before, merged, state) if page else DayReason.NEW_CLIP
    return replace(written, state=state, reason=reason, occurred_at=now)


def _begun(page: DailyDiary | None, entries: Sequence[DiaryReady], sources: str) -> DailyDiary:
    if page:
        return replace(page, revision=page.revision + 1, sources_hash=sources, event_id="")
    return empty_page(entries[0], sources)


def _reason(
    before: Sequence[DailyEntry], merged: Sequence[DailyEntry], state: DayState
) -> DayReason:
    known = {entry.recording_id for entry in before}
    new = [entry.recorded_at for entry in merged if entry.recording_id not in known]
    if not new:
        return DayReason.REPROCESS
    newest = max(entry.recorded_at for entry in before)
    late = state is DayState.SETTLED or min(new) < newest
    return DayReason.LATE_CLIP if late else DayReason.NEW_CLIP
