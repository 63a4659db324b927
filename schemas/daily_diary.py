"""`diaries.daily`: the newest page of a user's day, with the entries that it was folded from."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from schemas.constraints import Count, DayId, LongCount, Number, TimeZone
from schemas.diary_parts import Page
from schemas.diary_ready import EntryFacts
from schemas.envelope import Envelope


class DayState(StrEnum):
    """Whether more is expected of a day."""

    OPEN = "OPEN"
    SETTLED = "SETTLED"


class DayReason(StrEnum):
    """Why a page was written again."""

    NEW_CLIP = "NEW_CLIP"
    LATE_CLIP = "LATE_CLIP"
    REPROCESS = "REPROCESS"
    EDIT = "EDIT"
    DELETE = "DELETE"


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyEntry(Page, EntryFacts):
    """A `DiaryReady` as a later fold needs it: without its envelope, day and single LLM calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DayStats:
    """What a day's recordings sum up to, each recording counted once."""

    recordings: Count
    audio_ms: LongCount
    speech_ms: LongCount
    words: LongCount


@dataclass(frozen=True, slots=True, kw_only=True)
class DailyDiary(Page, Envelope):
    """The page of one user's day."""

    day_id: DayId
    diary_date: date
    time_zone: TimeZone
    revision: Number = 1
    state: DayState
    reason: DayReason
    sources_hash: str
    entries: tuple[DailyEntry, ...] = ()
    stats: DayStats
