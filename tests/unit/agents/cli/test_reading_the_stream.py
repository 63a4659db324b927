"""What the verbs that read topics make of the records in them."""

import json
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date
from io import StringIO
from typing import Any, Self

import pytest
from rich.console import Console

from agents.cli import following as following_module
from agents.cli import show_day
from agents.cli.following import Following
from agents.daily.fold import fold
from agents.delivery.record import Partition, Record
from agents.errors import PipelineError
from agents.settings import load_settings
from schemas import DailyDiary, StageState, StatusChanged
from tests.support.builders import a_diary
from tests.support.clock import NOON
from tests.support.command_line import Daybook
from tests.support.records import a_record, a_record_of

STATUS = Partition("pipeline.status", 0)


class FakeTopicReader:
    """Reads what the test lays down: everything at once, or batch by batch."""

    records: list[Record]
    batches: list[list[Record]]

    def __init__(self, _settings: object, topics: Iterable[str]) -> None:
        self.topics = list(topics)

    def read_to_end(self) -> Iterator[Record]:
        yield from self.records

    def follow(self) -> None: ...

    def poll(self) -> list[Record]:
        return self.batches.pop(0)

    def close(self) -> None: ...

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> type[FakeTopicReader]:
    FakeTopicReader.records, FakeTopicReader.batches = [], []
    monkeypatch.setattr(show_day, "TopicReader", FakeTopicReader)
    monkeypatch.setattr(following_module, "TopicReader", FakeTopicReader)
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("DAYBOOK_USER", "ada")
    return FakeTopicReader


def a_page(day: int, **changes: Any) -> DailyDiary:
    page = fold(None, [a_diary(diary_date=date(2026, 11, day), **changes)], now=NOON)
    assert page is not None
    return page


def a_status(stage: str, state: StageState, recording_id: str = "rec-1") -> Record:
    status = StatusChanged(
        user_id="ada", recording_id=recording_id, stage=stage, state=state, attempt=1, at=NOON
    )
    return a_record_of(status, partition=STATUS)


def test_the_newest_day_is_shown(daybook: Daybook, reader: type[FakeTopicReader]) -> None:
    reader.records = [a_record_of(a_page(18)), a_record_of(a_page(19, title="A later day"))]
    said = daybook("diary", "show")
    assert said.code == 0
    assert "A later day" in said.out


def test_a_page_as_json_is_the_event(daybook: Daybook, reader: type[FakeTopicReader]) -> None:
    reader.records = [a_record_of(a_page(18)), a_record_of(a_page(19))]
    page = json.loads(daybook("diary", "show", "2026-11-18", "--json").out)
    assert (page["day_id"], page["user_id"]) == ("default/ada/2026-11-18", "ada")


def test_other_peoples_pages_and_deleted_ones_are_not_read(
    daybook: Daybook, reader: type[FakeTopicReader]
) -> None:
    mine = a_record_of(a_page(18))
    gone = a_record(1, key=mine.key, value=None)
    reader.records = [mine, a_record_of(a_page(18, user_id="bob")), a_record(key=None), gone]
    said = daybook("diary", "show")
    assert (said.code, said.err) == (
        1,
        "daybook: there is no diary of 'ada' yet; `daybook send FILE…`\n",
    )
    assert daybook("diary", "show", "--user", "bob").code == 0


def test_a_day_without_a_page_is_told_with_those_that_have_one(
    daybook: Daybook, reader: type[FakeTopicReader]
) -> None:
    reader.records = [a_record_of(a_page(18)), a_record_of(a_page(19))]
    said = daybook("diary", "show", "2026-11-20")
    assert said.err == "daybook: there is no page of 2026-11-20; there are 2026-11-18, 2026-11-19\n"
    assert (said.code, daybook("diary", "show", "today").code) == (1, 2)


def test_recordings_are_followed_until_each_is_finished(reader: type[FakeTopicReader]) -> None:
    reader.batches = [
        [a_status("transcriber", StageState.RUNNING), a_record(partition=STATUS, value=None)],
        [a_record_of(a_diary()), a_status("transcriber", StageState.FAILED, "rec-2")],
        [a_status("daily", StageState.DONE), a_status("daily", StageState.DONE, "rec-9")],
    ]
    written = StringIO()
    with closing(Following(load_settings())) as following:
        ended = following.until_finished(
            {"rec-1": "a.m4a", "rec-2": "b.m4a"}, Console(file=written)
        )
        assert following.days() == [date(2026, 11, 18)]
    assert {name: one.words for name, one in ended.items()} == {
        "rec-1": "in the diary",
        "rec-2": "transcriber gave up: None (None)",
    }
    assert written.getvalue().splitlines()[-1] == "a.m4a: in the diary"


def test_the_pages_of_the_days_asked_for_are_found(reader: type[FakeTopicReader]) -> None:
    reader.records = [a_record_of(a_page(18)), a_record_of(a_page(19))]
    found = show_day.pages_of(load_settings(), [date(2026, 11, 18), date(2026, 11, 30)])
    assert [page.diary_date for page in found] == [date(2026, 11, 18)]


def test_who_waits_without_workers_is_told_so_once(
    reader: type[FakeTopicReader], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following_module, "DOUBT_S", 0)
    reader.batches = [[], [], [a_status("daily", StageState.DONE)]]
    written = StringIO()
    with closing(Following(load_settings())) as following:
        following.until_finished({"rec-1": "a.m4a"}, Console(file=written))
    assert written.getvalue().count("No worker has taken it yet") == 1


def test_who_waits_with_a_limit_is_told_how_far_it_came() -> None:
    with (
        closing(Following(load_settings())) as following,
        pytest.raises(PipelineError, match=r"^not in the diary after 0 s: a\.m4a: sent$"),
    ):
        following.until_finished({"rec-1": "a.m4a"}, Console(file=StringIO()), limit_s=0)


def test_on_a_terminal_a_page_is_laid_out(reader: type[FakeTopicReader]) -> None:
    del reader
    console = Console(file=StringIO(), force_terminal=True)
    show_day.print_page(a_page(18), console)
    assert "\x1b[" in console.file.getvalue()  # type: ignore[attr-defined]  # it is a StringIO
