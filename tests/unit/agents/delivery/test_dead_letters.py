"""A dead letter is the original record and what happened to it."""

import pytest

from agents.delivery.dead_letter import MESSAGE_MAX_BYTES, dead_letter
from agents.delivery.record import Headers, Output, Record
from agents.delivery.retry import DeadLetter
from tests.support.clock import NOON
from tests.support.records import a_record


def _letter(record: Record, message: str = "no such file") -> Output:
    return dead_letter(
        record,
        DeadLetter("audio-missing", message),
        topic="dlq.daybook.transcriber.audio.received",
        group="daybook.transcriber",
        stage="transcriber",
        at=NOON,
    )


def _message(letter: Output) -> bytes:
    return dict(letter.headers)["__dlq.errors.message"] or b""


def test_a_dead_letter_says_where_the_record_lay_and_what_went_wrong() -> None:
    assert _letter(a_record(offset=7)).headers == (
        ("__dlq.errors.topic", b"audio.received"),
        ("__dlq.errors.partition", b"0"),
        ("__dlq.errors.offset", b"7"),
        ("__dlq.errors.group", b"daybook.transcriber"),
        ("__dlq.errors.delivery.count", b"1"),
        ("__dlq.errors.message", b"no such file"),
        ("daybook.error.reason", b"audio-missing"),
        ("daybook.error.stage", b"transcriber"),
        ("daybook.error.at", b"2026-11-18T12:00:00.000+00:00"),
    )


@pytest.mark.parametrize("key", [None, b"", b"\xff\x00key"])
@pytest.mark.parametrize("value", [None, b"", b"\x00\xff not an event"])
def test_key_and_value_are_kept_byte_for_byte(key: bytes | None, value: bytes | None) -> None:
    letter = _letter(a_record(key=key, value=value))
    assert (letter.topic, letter.key, letter.value) == (
        "dlq.daybook.transcriber.audio.received",
        key,
        value,
    )


def test_headers_keep_their_order_and_repeated_names() -> None:
    original: Headers = (("b", b"1"), ("a", None), ("b", b"\xff"), ("daybook.error.reason", b"?"))
    letter = _letter(a_record(headers=original))
    assert letter.headers[: len(original)] == original
    assert len(letter.headers) == len(original) + 9


def test_a_long_message_ends_before_the_character_that_does_not_fit() -> None:
    message = "x" * (MESSAGE_MAX_BYTES - 1) + "é"
    assert _message(_letter(a_record(), message)) == b"x" * (MESSAGE_MAX_BYTES - 1)


def test_a_message_that_just_fits_is_whole() -> None:
    message = "é" * (MESSAGE_MAX_BYTES // 2)
    assert _message(_letter(a_record(), message)) == message.encode()


def test_half_a_surrogate_pair_does_not_stop_the_letter() -> None:
    assert _message(_letter(a_record(), "no file 'a\udcff'")) == b"no file 'a?'"
