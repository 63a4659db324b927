"""Events as records: prefix, headers, content types and the ids that a producer left out."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from schemas import AudioReceived, Event, InvalidEvent, StageState, StatusChanged, ids
from schemas.avro import FileSchemas, RecordSchema, parse
from schemas.wire import Headers, decode, encode, headers

SCHEMAS = FileSchemas()
AT = datetime(2026, 3, 14, 8, 5, 30, 250_000, tzinfo=UTC)
AUDIO = AudioReceived(
    user_id="ana", audio_uri="file:///a.wav", recording_id="r-1", event_id="e-1", recorded_at=AT
)
STATUS = StatusChanged(
    user_id="ana", recording_id="r-1", stage="diarist", state=StageState.DONE, attempt=1, at=AT
)
JSON = b'{"user_id": "ana", "audio_uri": "file:///a.wav"}'


def received(value: bytes | None, given: Headers | None = None) -> AudioReceived:
    return decode(AudioReceived, value, given, schemas=SCHEMAS)


def reason(value: bytes | None, given: Headers | None = None) -> str:
    with pytest.raises(InvalidEvent) as refused:
        received(value, given)
    return refused.value.reason


def test_an_event_is_the_same_after_the_wire() -> None:
    assert received(encode(AUDIO, 1), headers(AUDIO, source="daybook/cli", time=AT)) == AUDIO


def test_the_schema_id_stands_in_front() -> None:
    assert encode(AUDIO, 258)[:5] == b"\0\0\0\1\2"


def test_the_headers_are_those_of_cloud_events() -> None:
    time = datetime(2026, 3, 14, 9, 0, tzinfo=timezone(timedelta(hours=1)))
    assert headers(AUDIO, source="daybook/gateway", time=time, traceparent="00-a-b-01") == [
        ("ce_id", b"e-1"),
        ("ce_type", b"daybook.AudioReceived"),
        ("ce_source", b"daybook/gateway"),
        ("ce_specversion", b"1.0"),
        ("ce_time", b"2026-03-14T08:00:00.000Z"),
        ("ce_subject", b"r-1"),
        ("content-type", b"application/avro"),
        ("traceparent", b"00-a-b-01"),
    ]


def test_an_event_without_id_goes_out_with_the_derived_one() -> None:
    sent = dict(headers(STATUS, source="daybook/diarist", time=AT))
    assert sent["ce_id"] == ids.event_id(STATUS).encode()


def test_a_producer_may_leave_out_ids_and_headers() -> None:
    event = received(JSON)
    recording = ids.recording_id("default", "ana", "file:///a.wav", None)
    named = AudioReceived(user_id="ana", audio_uri="file:///a.wav", recording_id=recording)
    assert event == dataclasses.replace(named, event_id=ids.event_id(named))


def test_a_missing_event_id_is_the_ce_id() -> None:
    assert received(JSON, [("ce_id", b"given-1")]).event_id == "given-1"


@pytest.mark.parametrize("ce_id", [b"", b"a b", b"\xff", b"x" * 201, None])
def test_a_ce_id_that_is_no_id_is_not_used(ce_id: bytes | None) -> None:
    assert received(JSON, [("ce_id", ce_id)]) == received(JSON)


def test_an_event_id_in_the_value_counts_more_than_its_header() -> None:
    assert received(encode(AUDIO, 1), [("ce_id", b"other")]).event_id == "e-1"


@pytest.mark.parametrize(
    "content_type",
    [b"application/json", b"Application/JSON; charset=utf-8", b" application/json ;x"],
)
def test_json_is_read_by_its_content_type(content_type: bytes) -> None:
    assert received(b" \n" + JSON, [("Content-Type", content_type)]) == received(JSON)


@pytest.mark.parametrize("start", [b"", b" \r\n\t", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_json_without_a_content_type_begins_with_a_brace(start: bytes) -> None:
    assert received(start + JSON) == received(JSON)


@pytest.mark.parametrize(
    "content_type",
    [
        b"text/plain",
        b"application/cloudevents+json",
        b"application/cloudevents+avro",
        b"application/vnd.kafka.avro.v2",
        b"\xff\xfe",
        b"",
    ],
)
def test_a_content_type_that_is_neither_avro_nor_json_is_refused(content_type: bytes) -> None:
    assert reason(JSON, [("content-type", content_type)]) == "unsupported-content-type"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "empty"),
        (b"", "empty"),
        (b"hello", "undecodable"),
        (b"\0", "undecodable"),
        (b"\1" + bytes(30), "undecodable"),
        (b"\0\0\0\0\1", "undecodable"),
        (b"\0\0\0\0\x63abc", "unknown-schema"),
        (encode(STATUS, 5), "unknown-schema"),
        (encode(AUDIO, 1)[:-1], "undecodable"),
        (encode(AUDIO, 1) + b"\0", "undecodable"),
        (JSON[:-1], "invalid-json"),
        (b'{"user_id": "a/b", "audio_uri": "x"}', "invalid-field"),
    ],
)
def test_a_value_that_is_no_event_is_refused_with_a_reason(
    value: bytes | None, expected: str
) -> None:
    assert reason(value) == expected


def test_avro_is_not_read_as_json() -> None:
    assert reason(JSON, [("content-type", b"application/avro")]) == "undecodable"


@pytest.mark.parametrize(
    ("given", "expected"),
    [([], "undecodable"), ([("content-type", b"application/json")], "unsupported-content-type")],
)
def test_only_recordings_are_read_from_json(given: Headers, expected: str) -> None:
    with pytest.raises(InvalidEvent) as refused:
        decode(StatusChanged, JSON, given, schemas=SCHEMAS)
    assert refused.value.reason == expected


@pytest.mark.parametrize(
    ("event", "problem"),
    [
        (dataclasses.replace(AUDIO, user_id=""), "user_id '' is not"),
        (dataclasses.replace(AUDIO, latitude=float("nan")), "latitude nan is not"),
        (dataclasses.replace(AUDIO, recorded_at=AT.replace(tzinfo=None)), "has no time zone"),
        (dataclasses.replace(STATUS, attempt=-1), "attempt -1 is not"),
    ],
)
def test_what_a_reader_would_refuse_is_not_written(event: Event, problem: str) -> None:
    with pytest.raises(InvalidEvent, match=problem):
        encode(event, 1)


def test_times_lose_what_is_less_than_a_millisecond() -> None:
    precise = dataclasses.replace(AUDIO, recorded_at=AT.replace(microsecond=250_999))
    assert received(encode(precise, 1)) == AUDIO


def test_a_time_beyond_every_calendar_is_refused() -> None:
    too_late = dataclasses.replace(AUDIO, recorded_at=datetime(9999, 12, 31, tzinfo=UTC))
    with pytest.raises(InvalidEvent, match="is not between the years 2 and 9990"):
        encode(too_late, 1)


class OneSchema:
    """A source that knows a single schema, whatever the id."""

    def __init__(self, *fields: object) -> None:
        record = {"type": "record", "name": "daybook.AudioReceived", "fields": fields}
        self.schema = parse(json.dumps(record))

    def by_id(self, schema_id: int) -> RecordSchema:  # noqa: ARG002 - one for all
        return self.schema

    def id_of(self, topic: str, version: int) -> int:
        raise NotImplementedError

    def prefetch(self) -> None:
        raise NotImplementedError


USER = {"name": "user_id", "type": "string"}
AUDIO_URI = {"name": "audio_uri", "type": "string"}


def test_a_producer_may_write_with_a_smaller_schema_of_its_own() -> None:
    source = OneSchema(AUDIO_URI, USER)
    event = decode(AudioReceived, b"\0\0\0\0\x09\x02x\x06ana", None, schemas=source)
    assert (event.audio_uri, event.user_id, event.time_zone) == ("x", "ana", "UTC")


def test_a_schema_that_lacks_what_is_required_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="cannot be read as ours") as refused:
        decode(AudioReceived, b"\0\0\0\0\x09\x06ana", None, schemas=OneSchema(USER))
    assert refused.value.reason == "unknown-schema"
