"""Events as bytes and headers of Kafka records; the formats are described in docs/contract.md."""

import dataclasses
import re
import struct
from collections.abc import Iterable
from datetime import datetime
from io import BytesIO
from typing import TypeVar

from fastavro import schemaless_reader, schemaless_writer
from fastavro.read import SchemaResolutionError

from schemas import AudioReceived, DailyDiary, Event, UserSettings, ids
from schemas.avro import RecordSchema, SchemaSource, newest
from schemas.constraints import ID
from schemas.conversion import read, write
from schemas.errors import InvalidEvent
from schemas.forms import AVRO, JSON
from schemas.json_text import from_json

E = TypeVar("E", bound=Event)
Headers = Iterable[tuple[str, bytes | None]]

AVRO_CONTENT = "application/avro"
JSON_CONTENT = "application/json"

_PREFIX = struct.Struct(">BI")
_JSON_START = re.compile(rb"(?:\xef\xbb\xbf)?[ \t\r\n]*\{")

# What fastavro's reader raises for bytes that are not of the schema, found by fuzzing it.
_MALFORMED = (EOFError, LookupError, ValueError, OverflowError, TypeError)


def encode(event: Event, schema_id: int) -> bytes:
    """Return an event in the newest Avro of its record, behind the Confluent prefix.

    Raises InvalidEvent where a reader would refuse a field of it.
    """
    out = BytesIO()
    out.write(_PREFIX.pack(0, schema_id))
    schemaless_writer(out, newest(type(event).__name__).parsed, write(event, AVRO))
    return out.getvalue()


def headers(
    event: Event, *, source: str, time: datetime, traceparent: str | None = None
) -> list[tuple[str, bytes]]:
    """Return the CloudEvents headers of an event; `source` is `daybook/<agent>`, `time` is now."""
    texts = {
        "ce_id": event.event_id or ids.event_id(event),
        "ce_type": ids.event_type(event),
        "ce_source": source,
        "ce_specversion": "1.0",
        "ce_time": str(JSON.write_time(time)),
        "ce_subject": _subject(event),
        "content-type": AVRO_CONTENT,
    }
    if traceparent is not None:
        texts["traceparent"] = traceparent
    return [(name, text.encode()) for name, text in texts.items()]


def _subject(event: Event) -> str:
    match event:
        case DailyDiary():
            return event.day_id
        case UserSettings():
            return f"{event.tenant_id}/{event.user_id}"
    return event.recording_id


def decode(
    record_type: type[E], value: bytes | None, headers: Headers | None, *, schemas: SchemaSource
) -> E:
    """Read an event from a record's value and headers, and derive the ids that it lacks.

    A tombstone of a compacted topic is no event: its reader looks for None first.
    Raises InvalidEvent; and what `schemas` raises while it cannot look up a schema.
    """
    if not value:
        raise InvalidEvent("empty", "the record has no value")
    known = {name.lower(): content for name, content in headers or ()}
    if _is_json(record_type, value, known.get("content-type")):
        event = from_json(record_type, value)
    else:
        event = _from_avro(record_type, value, schemas)
    return _with_ids(event, known.get("ce_id"))


def _is_json(record_type: type[E], value: bytes, content_type: bytes | None) -> bool:
    if content_type is None:
        return record_type.accepts_json and _JSON_START.match(value) is not None
    name = content_type.decode(errors="replace").partition(";")[0].strip().lower()
    if name == JSON_CONTENT and record_type.accepts_json:
        return True
    if name != AVRO_CONTENT:
        accepted = f"{AVRO_CONTENT}, {JSON_CONTENT}" if record_type.accepts_json else AVRO_CONTENT
        message = f"content type {name[:100]!r} is not one of {accepted}"
        raise InvalidEvent("unsupported-content-type", message)
    return False


def _from_avro(record_type: type[E], value: bytes, schemas: SchemaSource) -> E:
    if len(value) < _PREFIX.size or value[0] != 0:
        raise InvalidEvent("undecodable", "the value lacks the prefix: a 0 and a schema id")
    _, schema_id = _PREFIX.unpack_from(value)
    writer = schemas.by_id(schema_id)
    if writer.record != record_type.__name__:
        message = f"schema {schema_id} is of {writer.record!r}, not {record_type.__name__!r}"
        raise InvalidEvent("unknown-schema", message)
    plain = _read_datum(value[_PREFIX.size :], writer, newest(writer.record))
    return read(record_type, plain, AVRO)


def _read_datum(datum: bytes, writer: RecordSchema, reader: RecordSchema) -> object:
    stream = BytesIO(datum)
    try:
        plain: object = schemaless_reader(stream, writer.parsed, reader.parsed)
    except SchemaResolutionError as error:
        problem = f"what was written as {writer.record!r} cannot be read as ours: {error}"
        raise InvalidEvent("unknown-schema", problem) from error
    except _MALFORMED as error:
        problem = f"the value is not of its schema: {type(error).__name__}"
        raise InvalidEvent("undecodable", problem) from error
    if stream.tell() != len(datum):
        raise InvalidEvent("undecodable", f"{len(datum) - stream.tell()} bytes follow the record")
    return plain


def _with_ids(event: E, ce_id: bytes | None) -> E:
    if isinstance(event, AudioReceived) and not event.recording_id:
        derived = ids.recording_id(
            event.tenant_id, event.user_id, event.audio_uri, event.recorded_at
        )
        event = dataclasses.replace(event, recording_id=derived)
    if event.event_id:
        return event
    given = (ce_id or b"").decode(errors="replace")
    event_id = given if ID.fullmatch(given) else ids.event_id(event)
    return dataclasses.replace(event, event_id=event_id)
