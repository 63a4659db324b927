"""What a producer without Avro may write, and what it is told where it may not."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from schemas import AudioReceived, InvalidEvent, Priority
from schemas.json_text import from_json, to_json

REQUIRED = {"user_id": "ana", "audio_uri": "file:///a.wav"}


def refusal(**fields: Any) -> str:
    """Return why a recording with these fields is refused, or "" where it is not."""
    try:
        from_json(AudioReceived, json.dumps(REQUIRED | fields).encode())
    except InvalidEvent as error:
        return f"{error.reason}: {error}"
    return ""


def test_a_user_and_a_uri_are_enough() -> None:
    event = from_json(AudioReceived, json.dumps(REQUIRED).encode())
    assert event == AudioReceived(user_id="ana", audio_uri="file:///a.wav")


@pytest.mark.parametrize(
    "spelled",
    [
        "2026-03-14T09:05:30.250999+01:00",
        "2026-03-14T08:05:30.250Z",
        "20260314T080530.250Z",
        1773475530250,
    ],
)
def test_a_time_is_iso_8601_with_a_zone_or_milliseconds(spelled: object) -> None:
    event = from_json(AudioReceived, json.dumps(REQUIRED | {"recorded_at": spelled}).encode())
    assert event.recorded_at == datetime(2026, 3, 14, 8, 5, 30, 250_000, tzinfo=UTC)


def test_every_unknown_field_is_named() -> None:
    message = refusal(usr="ana", zone="UTC")
    assert message.startswith("unknown-field: unknown: 'usr', 'zone'; known: schema_version,")


def test_of_very_many_unknown_fields_the_first_are_named() -> None:
    message = refusal(**{f"field{number:06}": 1 for number in range(10_000)})
    assert "'field000049' and 9950 more;" in message


def test_a_missing_field_is_named() -> None:
    with pytest.raises(InvalidEvent, match="audio_uri is missing"):
        from_json(AudioReceived, b'{"user_id": "ana"}')


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"user_id": ""}, "user_id '' is not 1 to 200 characters of A-Z a-z 0-9 . _ : @ + = ~ -"),
        ({"user_id": "a/b"}, "user_id 'a/b' is not 1 to 200"),
        ({"user_id": "ana\n"}, r"user_id 'ana\n' is not 1 to 200"),
        ({"tenant_id": "é"}, "tenant_id 'é' is not 1 to 200"),
        ({"recording_id": "r" * 201}, "is not empty or 1 to 200"),
        ({"user_id": None}, "user_id None is not text"),
        ({"audio_uri": ""}, "audio_uri '' is not a URI"),
        ({"audio_uri": "file:///a\0"}, r"audio_uri 'file:///a\x00' is not a URI"),
        ({"audio_uri": "é" * 4097}, "is longer than 8192 bytes"),
        ({"audio_uri": "\ud800"}, r"audio_uri '\ud800' is not Unicode text"),
        ({"initial_prompt": "x" * 4097}, "is longer than 4096 bytes"),
        ({"tags": ["x"] * 101}, "has 101 of at most 100"),
        ({"tags": ["ok", "x" * 201]}, "tags[1] 'xxx"),
        ({"tags": "walk"}, "tags 'walk' is not a list"),
        ({"size_bytes": -1}, "size_bytes -1 is not between 0 and"),
        ({"size_bytes": 2**63}, f"size_bytes {2**63} is not between"),
        ({"size_bytes": 1.0}, "size_bytes 1.0 is not a whole number"),
        ({"size_bytes": True}, "size_bytes True is not a whole number"),
        ({"duration_ms": -1}, "duration_ms -1 is not between"),
        ({"latitude": 90.1}, "latitude 90.1 is not between -90 and 90"),
        ({"longitude": -181}, "longitude -181 is not between -180 and 180"),
        ({"latitude": 10**400}, "is too large a number"),
        ({"latitude": "1"}, "latitude '1' is not a number"),
        ({"diarize": 1}, "diarize 1 is not true or false"),
        ({"priority": "URGENT"}, "priority 'URGENT' is not one of NORMAL, HIGH, BULK"),
        ({"priority": ["HIGH"]}, "priority ['HIGH'] is not one of"),
        ({"time_zone": "Mars/Base"}, "time_zone 'Mars/Base' is not an IANA time zone"),
        ({"time_zone": "../../etc/passwd"}, "is not an IANA time zone"),
        ({"time_zone": "localtime"}, "is not an IANA time zone"),
        ({"recorded_at": "2026-03-14T08:05:30"}, "recorded_at '2026-03-14T08:05:30' has no time"),
        ({"recorded_at": "yesterday"}, "recorded_at 'yesterday' is neither ISO 8601 nor"),
        ({"recorded_at": "0001-01-01T00:00:00+23:59"}, "is not between the years 2 and 9990"),
        ({"recorded_at": 10**18}, "is not between the years 2 and 9990"),
        ({"recorded_at": True}, "recorded_at True is not a time"),
        ({"recorded_at": 1.5}, "recorded_at 1.5 is not a time"),
    ],
)
def test_a_value_that_is_not_accepted_is_named_with_its_field(
    fields: dict[str, Any], problem: str
) -> None:
    message = refusal(**fields)
    assert message.startswith("invalid-field: ")
    assert problem in message


def test_a_long_value_is_shortened_in_the_message() -> None:
    assert len(refusal(user_id="x" * 100_000)) < 200


@pytest.mark.parametrize(
    "text",
    [
        b"{",
        b"[]",
        b"null",
        b'{"user_id": "ana", "user_id": "eve"}',
        b'{"latitude": NaN}',
        b'{"latitude": -Infinity}',
        b'{"user_id": "\xff"}',
        '{"user_id": "ana"}'.encode("utf-16"),
        b'{"a":' * 200_000,
        b"[" * 200_000,
        b'{"size_bytes": ' + b"9" * 10_000 + b"}",
    ],
)
def test_what_is_not_json_of_an_object_is_refused(text: bytes) -> None:
    with pytest.raises(InvalidEvent) as refused:
        from_json(AudioReceived, text)
    assert refused.value.reason == "invalid-json"


def test_a_number_that_becomes_infinite_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="latitude inf is not between"):
        from_json(AudioReceived, b'{"latitude": 1e999}')


def test_a_byte_order_mark_is_no_part_of_the_json() -> None:
    text = b"\xef\xbb\xbf" + json.dumps(REQUIRED).encode()
    assert from_json(AudioReceived, text).user_id == "ana"


def test_json_written_is_the_event_when_read() -> None:
    at = datetime(2026, 3, 14, 8, 5, 30, 250_000, tzinfo=UTC)
    event = AudioReceived(
        user_id="ana", audio_uri="x", recorded_at=at, priority=Priority.BULK, tags=("a", "b")
    )
    written = json.dumps(to_json(event)).encode()
    assert from_json(AudioReceived, written) == event
