"""A dead letter is the original record and what happened to it."""

from typing import Any

import pytest

from agents.delivery.dead_letter import MESSAGE_MAX_BYTES, dead_letter
from agents.delivery.letter import handed_back, read_letter
from agents.delivery.record import Headers, Output, Partition, Record
from agents.delivery.retry import DeadLetter
from tests.support.clock import NOON
from tests.support.records import a_record
from tests.support.stages import REDRIVE, TRANSCRIBER


def _letter(record: Record, message: str = "no such file") -> Output:
    return dead_letter(
        record,
        DeadLetter("audio-missing", message),
        topic="dlq.daybook.transcriber.audio.received",
        stage=TRANSCRIBER,
        at=NOON,
    )


def _redriven(letter: Output, **changes: Any) -> Record:
    """Return *letter* as its group gets it back."""
    back = handed_back(read_letter(a_record(headers=letter.headers)), REDRIVE)
    return a_record(31, **{"partition": Partition(REDRIVE, 5), "headers": back.headers} | changes)


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


def test_a_redriven_record_that_fails_again_keeps_where_it_first_lay_and_is_counted() -> None:
    original: Headers = (("x", b"1"), ("x", None))
    again = _letter(_redriven(_letter(a_record(7, headers=original))), "still no such file")
    assert again.headers == (
        *original,
        ("daybook.redrive.count", b"1"),
        ("__dlq.errors.topic", b"audio.received"),
        ("__dlq.errors.partition", b"0"),
        ("__dlq.errors.offset", b"7"),
        ("__dlq.errors.group", b"daybook.transcriber"),
        ("__dlq.errors.delivery.count", b"2"),
        ("__dlq.errors.message", b"still no such file"),
        ("daybook.error.reason", b"audio-missing"),
        ("daybook.error.stage", b"transcriber"),
        ("daybook.error.at", b"2026-11-18T12:00:00.000+00:00"),
    )


def test_a_letter_does_not_grow_with_its_redrives() -> None:
    second = _letter(_redriven(_letter(a_record(7))))
    third = _letter(_redriven(second))
    assert [name for name, _ in third.headers] == [name for name, _ in second.headers]
    assert dict(third.headers)["daybook.redrive.count"] == b"2"
    assert dict(third.headers)["__dlq.errors.delivery.count"] == b"3"


def test_of_another_topic_such_headers_are_somebody_elses_and_stay() -> None:
    foreign = _redriven(_letter(a_record(7))).headers
    letter = _letter(a_record(8, headers=foreign))
    assert letter.headers[: len(foreign)] == foreign
    assert dict(letter.headers[len(foreign) :])["__dlq.errors.offset"] == b"8"
    assert dict(letter.headers[len(foreign) :])["__dlq.errors.delivery.count"] == b"1"


def test_somebody_elses_headers_outlive_a_redrive() -> None:
    foreign: Headers = (
        ("__dlq.errors.topic", b"theirs"),
        ("__dlq.errors.delivery.count", b"40"),
        ("daybook.redrive.count", b"9"),
    )
    again = _letter(_redriven(_letter(a_record(7, headers=foreign))))
    assert again.headers[:4] == (*foreign, ("daybook.redrive.count", b"1"))
    assert dict(again.headers)["__dlq.errors.delivery.count"] == b"2"


@pytest.mark.parametrize("headers", [(), (("__dlq.errors.delivery.count", b"9" * 5000),)])
def test_what_nobody_dead_lettered_before_is_a_letter_of_its_own(headers: Headers) -> None:
    letter = dict(_letter(_redriven(_letter(a_record()), headers=headers)).headers)
    assert letter["__dlq.errors.topic"] == REDRIVE.encode()
    assert (letter["__dlq.errors.partition"], letter["__dlq.errors.offset"]) == (b"5", b"31")
    assert letter["__dlq.errors.delivery.count"] == b"1"
