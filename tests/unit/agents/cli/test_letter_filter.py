"""Filters find a recording's dead letters whatever became of its event."""

from typing import Any

import pytest

from agents.cli.letter_filter import where
from agents.delivery.letter import Letter, read_letter
from agents.errors import SettingsError
from schemas import AudioReceived
from schemas.avro import FileSchemas
from tests.support.builders import an_audio_received
from tests.support.dead_letters import a_dead_letter
from tests.support.records import a_record, a_record_of

EVENTS: Any = {"audio.received": AudioReceived}


def letter(**changes: Any) -> Letter:
    output = a_dead_letter(7, **changes)
    return read_letter(a_record(key=output.key, value=output.value, headers=output.headers))


def matches(found: Letter, *filters: str) -> bool:
    return where(filters, FileSchemas(), EVENTS)(found)


def test_a_recording_is_found_in_an_event() -> None:
    event = a_record_of(an_audio_received())
    found = letter(value=event.value, headers=event.headers)
    assert matches(found, "recording_id=rec-1")
    assert not matches(found, "recording_id=rec-2")


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (b'{"recording_id": "rec-1", "no_such_field": 1}', True),
        (b'{"recording_id": 1}', False),
        (b"[1]", False),
        (b"\xff", False),
        (None, False),
    ],
)
def test_a_recording_is_found_in_json_that_is_no_event(value: bytes | None, *, found: bool) -> None:
    assert matches(letter(value=value), "recording_id=rec-1") is found


def test_all_filters_must_match() -> None:
    found = letter(value=b'{"recording_id": "a=b"}')
    assert matches(found, "key=key-7", "recording_id=a=b")
    assert not matches(found, "key=key-8", "recording_id=a=b")
    assert matches(found)


@pytest.mark.parametrize("text", ["key", "user=ada", ""])
def test_other_filters_are_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="neither"):
        matches(letter(), text)
