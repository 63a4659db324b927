"""`transcripts.ready`: what was said in a recording, in segments."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from schemas.audio_received import RecordedAtSource
from schemas.constraints import (
    AnyFloat,
    Count,
    FreeText,
    Id,
    Millis,
    Number,
    Share,
    Tags,
    TimeZone,
    Uri,
)
from schemas.envelope import Envelope


class Status(StrEnum):
    """Whether a recording holds speech."""

    OK = "OK"
    EMPTY = "EMPTY"


@dataclass(frozen=True, slots=True, kw_only=True)
class Segment:
    """A stretch of speech; times count from the start of the recording."""

    index: Count
    start_ms: Millis
    end_ms: Millis
    text: str
    speaker: str | None = None
    language: str | None = None
    avg_logprob: AnyFloat | None = None
    no_speech_prob: Share | None = None
    low_confidence: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TranscriptReady(Envelope):
    """The transcript of one recording, inline or by reference (`segments_uri`)."""

    recording_id: Id
    transcript_id: Id
    revision: Number = 1
    status: Status
    recorded_at: datetime
    recorded_at_source: RecordedAtSource
    ended_at: datetime
    time_zone: TimeZone
    diary_date: date
    language: FreeText | None = None
    language_probability: Share | None = None
    duration_ms: Millis
    speech_ms: Millis
    segments: tuple[Segment, ...] = ()
    segments_uri: Uri | None = None
    words_uri: Uri | None = None
    text_sha256: str
    engine: str
    model: str
    params_hash: str
    processing_ms: Millis
    audio_uri: Uri
    content_sha256: str
    duplicate_of: Id | None = None
    place: FreeText | None = None
    device_id: FreeText | None = None
    tags: Tags = ()
    warnings: tuple[str, ...] = ()
