"""All of a compacted topic in memory."""

import asyncio
from collections.abc import Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Any

import pytest
from prometheus_client import REGISTRY
from structlog.testing import capture_logs

from agents.delivery.record import Partition, Record
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka import whole_table
from agents.kafka.user_settings import UserWishes, open_user_settings
from agents.kafka.whole_table import WholeTable
from agents.wiring import worker_host
from schemas import UserSettings, without_wishes
from schemas.avro import FileSchemas, RecordSchema, SchemaSource
from tests.support.kafka_settings import kafka_settings
from tests.support.records import a_record, a_record_of
from tests.support.topic_reader import FakeTopicReader
from tests.support.waiting import until

TOPIC = "users.settings"
SECRET = "Rumpelstilzchen"  # noqa: S105 - what no log may tell


@pytest.fixture(autouse=True)
def reader(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakeTopicReader]]:
    FakeTopicReader.reset()
    monkeypatch.setattr(whole_table, "TopicReader", FakeTopicReader)
    monkeypatch.setattr(whole_table, "AGAIN_AFTER_S", 0.01)
    monkeypatch.setattr(whole_table, "TOLD_AFTER_S", 0.01)
    yield FakeTopicReader
    FakeTopicReader.reset()


def wishes_of(user: str, *names: str) -> UserSettings:
    return UserSettings(user_id=user, names=names)


def told(user: str, *names: str, offset: int = 0, **changes: Any) -> Record:
    return a_record_of(wishes_of(user, *names), offset, **changes)


def names_of(table: WholeTable[UserSettings], user: str) -> tuple[str, ...] | None:
    found = table.get(f"default/{user}")
    return None if found is None else found.names


@asynccontextmanager
async def a_table(schemas: SchemaSource | None = None, health: Health | None = None) -> Any:
    table = WholeTable(UserSettings, TOPIC, client_settings={}, schemas=schemas or FileSchemas())
    async with table.following(health or Health()):
        yield table


def ignored(reason: str) -> float:
    labels = {"topic": TOPIC, "reason": reason}
    return REGISTRY.get_sample_value("daybook_table_records_ignored_total", labels) or 0.0


async def test_all_that_was_there_is_known_at_once_and_the_newest_counts() -> None:
    FakeTopicReader.log = [told("ana", "A"), told("ben", "B"), told("ana", "C")]
    async with a_table() as table:
        assert (names_of(table, "ana"), names_of(table, "ben")) == (("C",), ("B",))
        assert names_of(table, "nobody") is None


async def test_what_comes_later_is_known_soon() -> None:
    async with a_table() as table:
        FakeTopicReader.log += [told("ana", "A")]
        await until(lambda: names_of(table, "ana") == ("A",))


async def test_a_tombstone_ends_a_key() -> None:
    FakeTopicReader.log = [told("ana", "A"), told("ana", value=None)]
    async with a_table() as table:
        assert names_of(table, "ana") is None


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        (a_record(key=b"default/ana", value=SECRET.encode(), headers=()), "undecodable"),
        (a_record(key=b"default/ana", value=b"", headers=()), "empty"),
        (told("eve", SECRET, key=b"default/ana"), "key-mismatch"),
        (told("ana", SECRET, key=None), "key-mismatch"),
        (
            a_record(key=b"default/ana", value=b'{"names": 1, "user_id": "ana"}', headers=()),
            "invalid-field",
        ),
    ],
)
async def test_what_cannot_be_used_is_ignored_counted_and_told_without_its_content(
    record: Record, reason: str
) -> None:
    FakeTopicReader.log = [told("ana", "A"), replace(record, offset=7), told("ben", "B")]
    before = ignored(reason)
    with capture_logs() as logs:
        async with a_table() as table:
            assert (names_of(table, "ana"), names_of(table, "ben")) == (("A",), ("B",))
            assert names_of(table, "eve") is None
    assert ignored(reason) == before + 1
    [log] = logs
    assert (log["offset"], log["reason"]) == (7, reason)
    assert SECRET not in str(logs)


async def test_settings_may_be_json() -> None:
    value = b'{"user_id": "ana", "names": ["A"]}'
    FakeTopicReader.log = [a_record(key=b"default/ana", value=value, headers=())]
    async with a_table() as table:
        assert names_of(table, "ana") == ("A",)


async def test_brokers_that_are_away_at_first_are_waited_for_and_told() -> None:
    FakeTopicReader.log, FakeTopicReader.away = [told("ana", "A")], True
    health = Health()
    opened = asyncio.create_task(open_and_look(health))
    await until(lambda: health.facts()["waiting_for"] == [f"topic {TOPIC}"])
    FakeTopicReader.away = False
    assert await opened == ("A",)
    assert health.facts()["waiting_for"] == []


async def open_and_look(health: Health) -> tuple[str, ...] | None:
    async with a_table(health=health) as table:
        return names_of(table, "ana")


async def test_a_worker_that_is_stopped_meanwhile_waits_no_longer() -> None:
    FakeTopicReader.away = True
    opened = asyncio.create_task(open_and_look(Health()))
    await until(lambda: FakeTopicReader.made)
    opened.cancel()
    with pytest.raises(asyncio.CancelledError):
        await opened


async def test_while_a_schema_cannot_be_looked_up_what_was_known_stays() -> None:
    schemas = RegistryThatBreaks()
    FakeTopicReader.log = [told("ana", "A")]
    async with a_table(schemas) as table:
        schemas.broken = True
        FakeTopicReader.log += [told("ana", "B")]
        made = FakeTopicReader.made
        await until(lambda: FakeTopicReader.made > made)
        assert names_of(table, "ana") == ("A",)
        schemas.broken = False
        await until(lambda: names_of(table, "ana") == ("B",))


class RegistryThatBreaks(FileSchemas):
    """Our own files, while they can be reached."""

    broken = False

    def by_id(self, schema_id: int) -> RecordSchema:
        if self.broken:
            raise DependencyUnavailable("schema-registry")
        return super().by_id(schema_id)


async def test_partitions_are_looked_for_and_nobody_who_is_away_ends_that(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(whole_table, "ADDED_AFTER_S", 0.0)
    async with a_table() as table:
        FakeTopicReader.away = True
        looks = FakeTopicReader.looks
        await until(lambda: FakeTopicReader.looks > looks + 1)
        FakeTopicReader.log += [told("ana", "A")]
        await until(lambda: names_of(table, "ana") == ("A",))


async def test_of_two_partitions_the_later_record_counts_whichever_is_read_first() -> None:
    """A key moves when partitions are added."""
    newer = told("ana", "B", partition=Partition(TOPIC, 1), timestamp_ms=2)
    FakeTopicReader.log = [newer, told("ana", "A", timestamp_ms=1)]
    async with a_table() as table:
        assert names_of(table, "ana") == ("B",)


async def test_within_a_partition_the_order_counts_whatever_the_clock_of_its_producer() -> None:
    FakeTopicReader.log = [told("ana", "A", timestamp_ms=2), told("ana", "B", timestamp_ms=1)]
    async with a_table() as table:
        assert names_of(table, "ana") == ("B",)


async def test_wishes_are_those_of_the_person_or_else_the_defaults() -> None:
    FakeTopicReader.log = [told("ana", "A")]
    async with open_user_settings(worker_host(kafka_settings(), Health(), FileSchemas())) as wishes:
        assert isinstance(wishes, UserWishes)
        assert wishes.of("default", "ana").names == ("A",)
        assert wishes.of("acme", "ana") == without_wishes("acme", "ana")
