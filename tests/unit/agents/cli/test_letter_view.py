"""Dead letters are shown short, and cannot do anything to a terminal."""

import json

import pytest

from agents.cli.letter_view import PREVIEW_CHARACTERS, facts, preview, printable, summary
from agents.delivery.letter import Letter, read_letter
from tests.support.dead_letters import a_dead_letter
from tests.support.records import a_record


def letter(offset: int = 7, *, reason: str = "audio-missing", redriven: bool = False) -> Letter:
    output = a_dead_letter(offset, reason=reason, headers=(("x", b"\x1b[2J"), ("y", None)))
    record = a_record(offset, key=output.key, value=output.value, headers=output.headers)
    return read_letter(record, redriven=redriven)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (None, None),
        (b"", ""),
        (b'{"a": "\x1b[31m\n"}', '{"a": "\\x1b[31m\\n"}'),
        (b"\x00\xff", "00ff"),
        (b"plain", "706c61696e"),
        (b"\x00" * 49, "00" * 48 + "…"),
        (b"{" + b"\xff" * 10**6, "{" + "\ufffd" * (PREVIEW_CHARACTERS - 1) + "…"),
    ],
)
def test_a_preview_is_json_as_text_and_else_hexadecimal(
    value: bytes | None, shown: str | None
) -> None:
    assert preview(value) == shown


def test_what_could_move_a_cursor_is_escaped() -> None:
    assert printable("ä\x9b\u202e\r") == "ä\\x9b\\u202e\\r"


def test_a_letter_is_shown_with_where_its_original_lay() -> None:
    shown = facts(letter())
    assert shown["original"] == {
        "topic": "audio.received",
        "partition": 0,
        "offset": 7,
        "headers": [["x", "\\x1b[2J"], ["y", None]],
    }
    assert (shown["reason"], shown["stage"], shown["delivery_count"], shown["key"]) == (
        "audio-missing",
        "transcriber",
        1,
        "key-7",
    )
    assert json.dumps(shown)


def test_a_summary_counts_by_reason_and_stage() -> None:
    letters = [letter(1), letter(2, reason="empty", redriven=True), letter(3)]
    assert summary(letters) == {
        "count": 3,
        "waiting": 2,
        "reasons": {"audio-missing": 2, "empty": 1},
        "stages": {"transcriber": 3},
        "oldest": "2025-11-18T12:00:00.000+00:00",
        "newest": "2025-11-18T12:00:00.000+00:00",
    }


def test_what_is_no_dead_letter_is_shown_all_the_same() -> None:
    shown = facts(read_letter(a_record(key=None, value=None)))
    assert (shown["reason"], shown["key"], shown["preview"]) == ("unknown", None, None)
    assert shown["original"] == {
        "topic": "unknown",
        "partition": None,
        "offset": None,
        "headers": [],
    }
