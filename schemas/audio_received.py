"""`audio.received`: a recording lies somewhere and waits to be transcribed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from schemas.constraints import (
    Bytes,
    FreeText,
    Latitude,
    Longitude,
    Millis,
    OptionalId,
    Tags,
    TimeZone,
    Uri,
)
from schemas.envelope import Envelope


class RecordedAtSource(StrEnum):
    """Where a recording's time comes from."""

    UNKNOWN = "UNKNOWN"
    DEVICE = "DEVICE"
    FILE_METADATA = "FILE_METADATA"
    FILENAME = "FILENAME"
    USER = "USER"
    UPLOAD_TIME = "UPLOAD_TIME"


class Priority(StrEnum):
    """How urgent a recording is among others that wait."""

    NORMAL = "NORMAL"
    HIGH = "HIGH"
    BULK = "BULK"


@dataclass(frozen=True, slots=True, kw_only=True)
class AudioReceived(Envelope):
    """A recording to transcribe; `user_id` and `audio_uri` are all that a producer must give."""

    accepts_json: ClassVar[bool] = True

    recording_id: OptionalId = ""
    audio_uri: Uri
    content_sha256: FreeText | None = None
    size_bytes: Bytes | None = None
    mime_type: FreeText | None = None
    duration_ms: Millis | None = None
    recorded_at: datetime | None = None
    recorded_at_source: RecordedAtSource = RecordedAtSource.UNKNOWN
    time_zone: TimeZone = "UTC"
    uploaded_at: datetime | None = None
    device_id: FreeText | None = None
    priority: Priority = Priority.NORMAL
    language_hint: FreeText | None = None
    whisper_model: FreeText | None = None
    diarize: bool = False
    initial_prompt: FreeText | None = None
    place: FreeText | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    tags: Tags = ()
