"""`diaries.ready`: the diary entry of one recording."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.audio_received import RecordedAtSource
from schemas.constraints import Count, Id, Millis, Number, Tags, TimeZone
from schemas.diary_parts import Page
from schemas.envelope import Envelope
from schemas.transcript_ready import Status


@dataclass(frozen=True, kw_only=True)
class EntryFacts:
    """What is known of an entry's recording without reading its text."""

    # Empty here so that an event can have several such parents; the event itself holds the slots.
    __slots__ = ()

    entry_id: Id
    recording_id: Id
    transcript_id: Id
    revision: Number = 1
    status: Status
    recorded_at: datetime
    recorded_at_source: RecordedAtSource
    ended_at: datetime
    time_zone: TimeZone
    duration_ms: Millis
    speech_ms: Millis
    words: Count
    text_sha256: str
    content_sha256: str
    duplicate_of: Id | None = None
    tags: Tags = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiaryReady(Page, EntryFacts, Envelope):
    """A diary entry: what one recording adds to its day."""

    diary_date: date
