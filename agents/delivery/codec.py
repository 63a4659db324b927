"""Between records and events: decoding what arrives, encoding what leaves."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TypeVar

from agents.delivery.clock import Clock
from agents.delivery.record import Output, Record
from agents.errors import InvalidEventError
from schemas import (
    AudioReceived,
    DailyDiary,
    DiaryReady,
    Event,
    StatusChanged,
    TranscriptReady,
    UserSettings,
)
from schemas.avro import SchemaSource
from schemas.errors import InvalidEvent
from schemas.forms import in_range
from schemas.wire import decode, encode, headers

E = TypeVar("E", bound=Event)

VERSION = 1
"""Schema version that every output is written with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EventCodec:
    """Decodes and encodes the events of one agent.

    *source* is the `ce_source` of what it writes; *topics* names the topic of each event class.
    """

    schemas: SchemaSource
    source: str
    topics: Mapping[type, str]
    clock: Clock

    def decode(self, record: Record, event_type: type[E]) -> E:
        """Return the event in *record*.

        Raises:
            InvalidEventError: the record holds no event of this type.

        """
        try:
            event = decode(event_type, record.value, record.headers, schemas=self.schemas)
        except InvalidEvent as error:
            raise InvalidEventError(error.reason, str(error)) from error
        if event.occurred_at is None and record.timestamp_ms is not None:
            return replace(event, occurred_at=_utc(record.timestamp_ms))
        return event

    def encode(self, event: Event, *, traceparent: str | None = None) -> Output:
        """Return the record that publishes *event*.

        Raises:
            InvalidEventError: a field has a value that no reader accepts.

        """
        topic = self.topics[type(event)]
        try:
            value = encode(event, self.schemas.id_of(topic, VERSION))
        except InvalidEvent as error:
            raise InvalidEventError(error.reason, str(error)) from error
        return Output(
            topic=topic,
            key=event_key(event).encode(),
            value=value,
            headers=tuple(
                headers(event, source=self.source, time=self.clock.now(), traceparent=traceparent)
            ),
        )


def event_key(event: Event) -> str:
    """Return the key of *event*'s record: what its topic is partitioned and compacted by."""
    match event:
        case AudioReceived() | TranscriptReady():
            return event.recording_id
        case DiaryReady():
            return f"{event.tenant_id}/{event.user_id}/{event.diary_date.isoformat()}"
        case DailyDiary():
            return event.day_id
        case StatusChanged():
            return f"{event.tenant_id}/{event.user_id}/{event.recording_id}"
        case UserSettings():
            return settings_key(event.tenant_id, event.user_id)
    raise TypeError(f"no key is defined for {type(event).__name__}")


def settings_key(tenant_id: str, user_id: str) -> str:
    """Return the key of a person's settings; no id has a slash in it."""
    return f"{tenant_id}/{user_id}"


def _utc(timestamp_ms: int) -> datetime | None:
    """Return the moment, or None where no event may bear it: producers set it freely."""
    try:
        return in_range(datetime.fromtimestamp(timestamp_ms / 1000, UTC))
    except (ValueError, OverflowError, OSError):
        return None
