"""Whatever bytes come, reading them ends soon, in an event or in InvalidEvent."""

import json
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas import EVENT_TYPES, AudioReceived, Event, InvalidEvent, RecordedAtSource, Status
from schemas.avro import FOLDER, FileSchemas, schema_files
from schemas.errors import Reason
from schemas.transcript_ready import TranscriptReady
from schemas.wire import decode, encode

SCHEMAS = FileSchemas()
EXAMPLES = [
    bytes.fromhex(path.read_text(encoding="utf-8"))
    for file in schema_files()
    for path in sorted((FOLDER / file.topic / "examples").glob("*/*.hex"))
]
FUZZED = settings(derandomize=True, max_examples=300, deadline=None, database=None)
SOON_S = 2.0

CONTENT_TYPES = st.sampled_from([None, b"application/avro", b"application/json", b"text/plain"])
ENDS = {"event", *get_args(Reason)}
LENGTHS = [0, -1, -5, 10**9, 2**40, 2**62, 2**63 - 1, -(2**63)]


def varint(number: int) -> bytes:
    """Return a number as Avro writes it: zigzag, seven bits a byte."""
    zigzag = ((number << 1) ^ (number >> 63)) & (2**64 - 1)
    out = bytearray()
    while zigzag > 0x7F:
        out.append(zigzag & 0x7F | 0x80)
        zigzag >>= 7
    return bytes([*out, zigzag])


def outcome(record_type: type[Event], value: bytes, content_type: bytes | None = None) -> str:
    """Return how reading ends; any other error fails the test."""
    started = time.monotonic()
    try:
        decode(record_type, value, [("content-type", content_type)], schemas=SCHEMAS)
    except InvalidEvent as error:
        return error.reason if len(str(error)) < 5_000 else "a message that fits into no header"
    finally:
        assert time.monotonic() - started < SOON_S
    return "event"


@FUZZED
@given(st.sampled_from(EVENT_TYPES), st.binary(max_size=400), CONTENT_TYPES)
def test_random_bytes(record_type: type[Event], value: bytes, content_type: bytes | None) -> None:
    assert outcome(record_type, value, content_type) in ENDS


@FUZZED
@given(st.integers(0, len(EVENT_TYPES) - 1), st.binary(max_size=200))
def test_random_bytes_behind_a_right_prefix(number: int, datum: bytes) -> None:
    assert outcome(EVENT_TYPES[number], b"\0\0\0\0" + bytes([number + 1]) + datum) in ENDS


@FUZZED
@given(st.sampled_from(EXAMPLES), st.data())
def test_examples_with_a_lie_in_them(example: bytes, data: st.DataObject) -> None:
    record_type = EVENT_TYPES[example[4] - 1]
    lie = data.draw(st.sampled_from([varint(n) for n in LENGTHS]) | st.binary(max_size=12))
    start = data.draw(st.integers(5, len(example)))
    cut = data.draw(st.integers(0, 8))
    assert outcome(record_type, example[:start] + lie + example[start + cut :]) in ENDS


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
FIELD_NAMES = st.sampled_from(list(AudioReceived.__dataclass_fields__)) | st.text()


@settings(FUZZED, max_examples=80)
@given(st.dictionaries(FIELD_NAMES, JSON_VALUES), st.binary(max_size=3))
def test_json_of_anything(fields: dict[str, object], start: bytes) -> None:
    text = start + json.dumps(fields).encode()
    assert outcome(AudioReceived, text, b"application/json") in ENDS


@pytest.mark.parametrize("length", LENGTHS[1:])
def test_a_text_that_claims_a_length_it_does_not_have(length: int) -> None:
    value = b"\0\0\0\0\1\2" + varint(length) + b"abc"
    assert outcome(AudioReceived, value) == "undecodable"


@pytest.mark.parametrize("count", LENGTHS[1:])
def test_a_list_that_claims_items_it_does_not_have(count: int) -> None:
    empty = TranscriptReady(
        user_id="ana",
        recording_id="r",
        transcript_id="t",
        status=Status.EMPTY,
        recorded_at=datetime(2026, 3, 14, tzinfo=UTC),
        recorded_at_source=RecordedAtSource.DEVICE,
        ended_at=datetime(2026, 3, 14, tzinfo=UTC),
        time_zone="UTC",
        diary_date=date(2026, 3, 14),
        duration_ms=0,
        speech_ms=0,
        text_sha256="",
        engine="",
        model="",
        params_hash="",
        processing_ms=0,
        audio_uri="x",
        content_sha256="",
    )
    value = encode(empty, 2)
    assert outcome(TranscriptReady, value) == "event"
    # The last byte ends the list of warnings, the one before it that of tags.
    assert outcome(TranscriptReady, value[:-1] + varint(count)) == "undecodable"


@pytest.mark.parametrize(
    "datum",
    [b"\xff" * 1_000_000, b"\x80" * 1_000_000, b"\0" * 1_000_000, b"\2" * 1_000_000],
)
def test_a_megabyte_of_nonsense(datum: bytes) -> None:
    assert outcome(AudioReceived, b"\0\0\0\0\1" + datum) == "undecodable"


@pytest.mark.parametrize(
    "make",
    [
        lambda: b'{"a":' * 200_000,
        lambda: b'{"tags":' + b"[" * 500_000,
        lambda: b"{" + b" " * 1_000_000,
        lambda: b'{"latitude": 1' + b"0" * 1_000_000 + b"}",
        lambda: b'{"user_id": "' + b"\\u0000" * 150_000 + b'"}',
        lambda: b'{"recorded_at": "' + b"2026-" * 200_000 + b'"}',
        lambda: b" " * 1_000_000 + b"{",
    ],
)
def test_a_megabyte_of_nonsense_in_json(make: Callable[[], bytes]) -> None:
    assert outcome(AudioReceived, make()) in {"invalid-json", "invalid-field"}
