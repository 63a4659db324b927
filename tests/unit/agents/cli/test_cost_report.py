"""What entries cost, added up from what they tell themselves."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, Self

import pytest

from agents.cli import cost
from agents.cli.cost_report import By, Writing, in_span, report, total
from agents.delivery.record import Record
from agents.diarist.llm.prices import load_prices
from schemas import DiaryReady, GeneratorCall
from tests.support.builders import a_diary, a_generator
from tests.support.command_line import Daybook
from tests.support.records import a_record, a_record_of
from tests.support.writers import a_call

PRICES = load_prices()
HAIKU = a_call(model="claude-haiku-5-5", input_tokens=10_000, output_tokens=1_000)
CACHED = replace(HAIKU, outcome="cached", cost_micros=0)


def written(day: int, *calls: GeneratorCall, **changes: Any) -> tuple[DiaryReady, Record]:
    entry = a_diary(generator=a_generator(calls=calls), **changes)
    at = datetime(2026, 11, day, 23, 59, tzinfo=UTC)
    return entry, a_record_of(entry, timestamp_ms=int(at.timestamp() * 1000))


def a_writing(day: int, *calls: GeneratorCall, **changes: Any) -> Writing:
    return Writing.of(*written(day, *calls, **changes))


def test_a_replay_costs_nothing_and_tells_what_it_saved() -> None:
    lines = report([a_writing(1, HAIKU), a_writing(2, CACHED)], By.DAY, PRICES)
    first, replay = lines["2026-11-01"], lines["2026-11-02"]
    assert (first.cost_micros, first.saved_micros, first.calls) == (7, 0, 1)
    assert (replay.cost_micros, replay.saved_micros, replay.calls) == (0, 1_500, 0)
    assert replay.answered_from_cache == 1


def test_a_recordings_length_counts_once_however_often_it_was_written_about() -> None:
    writings = [
        a_writing(1, HAIKU, duration_ms=3_600_000),
        a_writing(2, HAIKU, duration_ms=3_600_000),
    ]
    line = total(writings, PRICES)
    assert (line.texts, line.audio_ms, len(line.recordings)) == (2, 3_600_000, 1)
    assert line.cost_micros_per_audio_hour == 14


def test_calls_of_unknown_price_are_counted_and_in_no_sum() -> None:
    line = total([a_writing(1, replace(HAIKU, cost_micros=None), HAIKU)], PRICES)
    assert (line.unpriced_calls, line.cost_micros, line.input_tokens) == (1, 7, 20_000)


def test_failed_calls_are_told_and_those_perhaps_paid_among_them() -> None:
    calls = (replace(HAIKU, outcome="timeout"), replace(HAIKU, outcome="rate-limited"), HAIKU)
    line = total([a_writing(1, *calls)], PRICES)
    assert (line.calls, line.failed_calls, line.perhaps_paid_calls) == (3, 2, 1)


@pytest.mark.parametrize(
    ("by", "groups"),
    [
        (By.USER, ["default/ada", "default/bob"]),
        (By.AGENT, ["diarist"]),
        (By.MODEL, ["anthropic:claude-haiku-5-5", "extractive"]),
    ],
)
def test_lines_stand_for_what_was_asked(by: By, groups: list[str]) -> None:
    writings = [a_writing(1, HAIKU), a_writing(1, user_id="bob")]
    assert list(report(writings, by, PRICES)) == groups


def test_a_span_includes_both_its_days() -> None:
    writings = [a_writing(day) for day in (1, 2, 3, 4)]
    kept = in_span(writings, date(2026, 11, 2), date(2026, 11, 3))
    assert [writing.day.day for writing in kept] == [2, 3]
    assert len(list(in_span(writings, None, None))) == 4


class FakeTopicReader:
    """Reads what the test lays down."""

    records: list[Record]

    def __init__(self, _settings: object, topics: Iterable[str]) -> None:
        self.topics = list(topics)

    def read_to_end(self) -> Iterator[Record]:
        yield from self.records

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> None:
    _, paid = written(1, HAIKU)
    broken = replace(paid, value=b"broken")
    FakeTopicReader.records = [paid, broken, a_record(partition=paid.partition, value=None)]
    monkeypatch.setattr(cost, "TopicReader", FakeTopicReader)
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")


@pytest.mark.usefixtures("log")
def test_the_verb_tells_it_as_json(daybook: Daybook) -> None:
    result = daybook("cost", "report", "--json", "--by", "model")
    told = json.loads(result.out)
    assert (told["currency"], told["total"]["cost_micros"], told["total"]["texts"]) == ("USD", 7, 1)
    assert told["lines"]["anthropic:claude-haiku-5-5"]["output_tokens"] == 1_000


@pytest.mark.usefixtures("log")
def test_the_verb_tells_it_as_a_table(daybook: Daybook) -> None:
    result = daybook("cost", "report", "--since", "2026-11-02")
    assert "0.0000" in result.out
    assert "2026-11-01" not in result.out
