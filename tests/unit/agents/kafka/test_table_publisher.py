"""A table knows at once what was published to its topic."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agents.delivery.record import Completion, Output
from agents.kafka.compacted_table import CompactedTable
from agents.kafka.table_publisher import TablePublisher
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record

PAGES = TopicPartition("pages", 0)


class SlowConsumer:
    """aiokafka's consumer over a list of values of one key: those that can be read by now."""

    readable: list[bytes]

    def __init__(self, **_settings: Any) -> None:
        self._position = 0

    async def start(self) -> None: ...

    async def stop(self) -> None: ...

    def assign(self, tps: list[TopicPartition]) -> None: ...

    def seek(self, _tp: TopicPartition, offset: int) -> None:
        self._position = offset

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(tps, 0)

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(tps, len(self.readable))

    async def position(self, _tp: TopicPartition) -> int:
        return self._position

    async def getmany(self, tp: TopicPartition, *, timeout_ms: int) -> dict[Any, list[Any]]:
        assert timeout_ms > 0
        values = list(enumerate(self.readable))[self._position :]
        self._position = len(self.readable)
        return {tp: [SimpleNamespace(key=b"day", offset=at, value=value) for at, value in values]}


@pytest.fixture
async def table(monkeypatch: pytest.MonkeyPatch) -> CompactedTable:
    SlowConsumer.readable = [b"1"]
    monkeypatch.setattr("aiokafka.AIOKafkaConsumer", SlowConsumer)
    table = CompactedTable("pages", {})
    await table.assign([0])
    return table


def a_page(value: bytes, topic: str = "pages") -> Completion:
    return Completion(
        records=(a_record(),), outputs=(Output(topic=topic, key=b"day", value=value),)
    )


async def test_what_was_published_is_found_before_it_can_be_read(table: CompactedTable) -> None:
    publisher = TablePublisher(RecordingPublisher(), table)
    assert await publisher.publish(a_page(b"2"))
    assert await table.get(b"day") == b"2"


async def test_of_several_the_newest_is_found_while_they_become_readable(
    table: CompactedTable,
) -> None:
    publisher = TablePublisher(RecordingPublisher(), table)
    for value in (b"2", b"3"):
        await publisher.publish(a_page(value))
    SlowConsumer.readable.append(b"2")
    assert await table.get(b"day") == b"3"
    SlowConsumer.readable += [b"3", b"4"]
    assert await table.get(b"day") == b"4"


async def test_what_was_not_published_is_not_found(table: CompactedTable) -> None:
    publisher = TablePublisher(RecordingPublisher(refusals=1), table)
    assert not await publisher.publish(a_page(b"2"))
    assert await table.get(b"day") == b"1"


async def test_other_topics_are_none_of_its_business(table: CompactedTable) -> None:
    publisher = TablePublisher(RecordingPublisher(), table)
    await publisher.publish(a_page(b"2", topic="statuses"))
    assert await table.get(b"day") == b"1"


async def test_a_new_assignment_finds_only_what_can_be_read(table: CompactedTable) -> None:
    publisher = TablePublisher(RecordingPublisher(), table)
    await publisher.publish(a_page(b"2"))
    await table.assign([0])
    assert await table.get(b"day") == b"1"
