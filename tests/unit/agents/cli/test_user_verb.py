"""A person's wishes on the command line."""

import asyncio
import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from agents.cli import user as user_verb
from agents.storage.memory.configured import FILE
from agents.storage.memory.sqlite_memory import SqliteMemory
from schemas import Length, Narrator, Section, UserSettings, without_wishes
from tests.support.command_line import Daybook
from tests.support.records import a_record, a_record_of
from tests.support.topic_reader import FakeTopicReader

ADA = UserSettings(user_id="ada", names=("Ben",), language="de", daily_cap_micros=5)
AT = datetime(2026, 11, 27, tzinfo=UTC)


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> type[FakeTopicReader]:
    FakeTopicReader.reset()
    monkeypatch.setattr(user_verb, "TopicReader", FakeTopicReader)
    monkeypatch.setenv("DAYBOOK_KAFKA_BOOTSTRAP", "127.0.0.1:1")
    monkeypatch.setenv("DAYBOOK_USER", "ada")
    return FakeTopicReader


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> list[UserSettings | None]:
    """Keep what is published; None stands for a tombstone."""
    kept: list[UserSettings | None] = []

    def publish(_client: object, wishes: UserSettings, **_: object) -> UserSettings:
        kept.append(wishes)
        return replace(wishes, occurred_at=AT)

    monkeypatch.setattr(user_verb, "publish_settings", publish)
    monkeypatch.setattr(user_verb, "forget_settings", lambda *_: kept.append(None))
    return kept


def test_what_was_never_wished_is_left_to_the_defaults(daybook: Daybook) -> None:
    said = daybook("user", "show", "--json")
    assert (said.code, json.loads(said.out)["narrator"]) == (0, "FIRST_PERSON")
    assert "day_start         default" in daybook("user", "show").out


def test_the_newest_wishes_of_the_person_are_shown(daybook: Daybook) -> None:
    FakeTopicReader.log = [
        a_record_of(ADA),
        a_record_of(UserSettings(user_id="eve", names=("Eve",))),
        a_record_of(UserSettings(user_id="eve", names=("Eve",)), key=b"default/ada"),
        a_record(key=b"default/ada", value=b"odd", headers=()),
    ]
    assert json.loads(daybook("user", "show", "--json").out)["names"] == ["Ben"]
    assert json.loads(daybook("user", "show", "--json", "--user", "eve").out)["names"] == ["Eve"]
    FakeTopicReader.log += [a_record_of(ADA, value=None)]
    assert json.loads(daybook("user", "show", "--json").out)["names"] == []


@pytest.mark.parametrize(
    ("arguments", "changes"),
    [
        (("--narrator", "third-person"), {"narrator": Narrator.THIRD_PERSON}),
        (("--length", "SHORT"), {"length": Length.SHORT}),
        (("--language", "EN"), {"language": "en"}),
        (("--language", "default"), {"language": None}),
        (
            ("--sections", "people, action-items,people"),
            {"sections": (Section.PEOPLE, Section.ACTION_ITEMS)},
        ),
        (("--name", "Siobhán", "--name", "Ben"), {"names": ("Ben", "Siobhán")}),
        (("--forget-name", "Ben", "--name", "Dora"), {"names": ("Dora",)}),
        (("--prompt", "diary-2"), {"prompt": "diary-2"}),
        (("--daily-cap", "0.25"), {"daily_cap_micros": 250_000}),
        (("--daily-cap", "default"), {"daily_cap_micros": None}),
        (("--day-start", "05:30"), {"day_start": "05:30"}),
    ],
)
def test_what_is_given_is_changed_and_all_else_kept(
    daybook: Daybook,
    written: list[UserSettings | None],
    arguments: tuple[str, ...],
    changes: dict[str, Any],
) -> None:
    FakeTopicReader.log = [a_record_of(ADA)]
    said = daybook("user", "set", *arguments, "--json")
    assert said.code == 0, said.err
    [found] = written
    assert found is not None
    assert replace(found, event_id="") == replace(ADA, **changes)
    assert json.loads(said.out)["occurred_at"] == "2026-11-27T00:00:00.000Z"


def test_wishes_are_forgotten_only_where_that_is_confirmed(
    daybook: Daybook, written: list[UserSettings | None]
) -> None:
    FakeTopicReader.log = [a_record_of(ADA)]
    said = daybook("user", "set", "--reset", "--day-start", "06:00")
    assert (said.code, said.err) == (0, "nothing was changed; --yes does it\n")
    assert written == []
    daybook("user", "set", "--reset", "--day-start", "06:00", "--yes")
    daybook("user", "set", "--reset", "--yes")
    assert written == [replace(without_wishes("default", "ada"), day_start="06:00"), None]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "say what to set"),
        (("--narrator", "we"), "--narrator"),
        (("--language", "klingon"), "language"),
        (("--sections", "gossip"), "action-items"),
        (("--name", " "), "names[1]"),
        (("--forget-name", "Zoe"), "Zoe"),
        (("--daily-cap", "much"), "0.25"),
        (("--daily-cap", "-1"), "0.25"),
        (("--daily-cap", "NaN"), "0.25"),
        (("--daily-cap", "1e30"), "daily_cap_micros"),
        (("--day-start", "25:00"), "HH:MM"),
        (("--prompt", "../x"), "prompt"),
    ],
)
def test_what_means_nothing_is_wrong_usage_and_changes_nothing(
    daybook: Daybook,
    written: list[UserSettings | None],
    arguments: tuple[str, ...],
    says: str,
) -> None:
    FakeTopicReader.log = [a_record_of(ADA)]
    said = daybook("user", "set", *arguments)
    assert (said.code, says in said.err, written) == (2, True, []), said.err


def test_without_brokers_the_dependency_is_told(
    daybook: Daybook, written: list[UserSettings | None]
) -> None:
    FakeTopicReader.away = True
    assert daybook("user", "set", "--name", "Siobhán").code == 3
    assert written == []


async def keep_something(folder: Path, *owners: str) -> None:
    memory = SqliteMemory(folder / FILE)
    for owner in owners:
        await memory.put(f"of {owner}", b"", owner=owner, ttl_s=60)
    await memory.close()


def test_what_was_kept_of_a_persons_words_is_forgotten_where_that_is_confirmed(
    daybook: Daybook, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_STATE_DIR", str(tmp_path))
    asyncio.run(keep_something(tmp_path, "default/ada", "default/eve"))
    said = daybook("user", "purge")
    assert (said.code, said.out, said.err) == (0, "", "nothing was forgotten; --yes does it\n")
    forgotten = [json.loads(daybook("user", "purge", "--yes", "--json").out) for _ in range(2)]
    assert forgotten == [{"user": "default/ada", "forgotten": count} for count in (1, 0)]
    assert daybook("user", "purge", "--user", "eve", "--yes").out.startswith("default/eve: 1 ")


def test_without_memory_nobody_is_told_that_all_is_forgotten(
    daybook: Daybook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAYBOOK_REDIS_URL", "redis://127.0.0.1:1/0")
    assert daybook("user", "purge", "--yes").code == 3
