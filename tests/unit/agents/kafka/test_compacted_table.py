"""A compacted topic as a table."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import KafkaConnectionError

from agents.errors import DependencyUnavailable
from agents.kafka.compacted_table import KEPT_VALUES, CompactedTable

FIRST, SECOND = TopicPartition("pages", 0), TopicPartition("pages", 1)


class FakeConsumer:
    """aiokafka's consumer over lists of records, one a partition; None lies where one was."""

    log: dict[TopicPartition, list[tuple[bytes, bytes | None] | None]]
    broken: bool
    fetched: list[tuple[int, int]]
    open: int

    def __init__(self, **settings: Any) -> None:
        assert settings["isolation_level"] == "read_committed"
        self._positions: dict[TopicPartition, int] = {}

    async def start(self) -> None:
        type(self).open += 1
        self._check()

    async def stop(self) -> None:
        type(self).open -= 1

    def assign(self, tps: list[TopicPartition]) -> None:
        self._positions = dict.fromkeys(tps, 0)

    def seek(self, tp: TopicPartition, offset: int) -> None:
        self._positions[tp] = offset

    async def beginning_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        return dict.fromkeys(tps, 0)

    async def end_offsets(self, tps: list[TopicPartition]) -> dict[TopicPartition, int]:
        self._check()
        return {tp: len(self.log[tp]) for tp in tps}

    async def position(self, tp: TopicPartition) -> int:
        return self._positions[tp]

    async def getmany(self, tp: TopicPartition, *, timeout_ms: int) -> dict[Any, list[Any]]:
        assert timeout_ms > 0
        begin = self._positions[tp]
        self.fetched.append((tp.partition, begin))
        batch = list(enumerate(self.log[tp]))[begin : begin + 100]
        self._positions[tp] = begin + len(batch)
        return {
            tp: [
                SimpleNamespace(offset=offset, key=record[0], value=record[1])
                for offset, record in batch
                if record is not None
            ]
        }

    def _check(self) -> None:
        if self.broken:
            raise KafkaConnectionError


@pytest.fixture(autouse=True)
def consumer(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeConsumer.log = {FIRST: [], SECOND: []}
    FakeConsumer.broken, FakeConsumer.fetched, FakeConsumer.open = False, [], 0
    monkeypatch.setattr("aiokafka.AIOKafkaConsumer", FakeConsumer)


async def a_table(*partitions: int) -> CompactedTable:
    table = CompactedTable("pages", {})
    await table.assign(partitions or (0,))
    return table


async def test_the_newest_value_of_a_key_is_found() -> None:
    FakeConsumer.log[FIRST] = [(b"a", b"1"), (b"b", b"2"), None, (b"a", b"3")]
    FakeConsumer.log[SECOND] = [(b"c", b"4")]
    table = await a_table(0, 1)
    assert [await table.get(key) for key in (b"a", b"b", b"c", b"d")] == [b"3", b"2", b"4", None]
    await table.close()
    assert FakeConsumer.open == 0


async def test_what_was_added_since_is_found_too() -> None:
    table = await a_table()
    assert await table.get(b"a") is None
    FakeConsumer.log[FIRST] += [(b"a", b"1")]
    assert await table.get(b"a") == b"1"


async def test_a_tombstone_ends_a_key() -> None:
    FakeConsumer.log[FIRST] = [(b"a", b"1"), (b"a", None), (b"b", None)]
    table = await a_table()
    assert (await table.get(b"a"), await table.get(b"b")) == (None, None)


async def test_values_not_kept_are_read_again_and_reading_goes_on_behind() -> None:
    keys = [b"%d" % number for number in range(KEPT_VALUES + 10)]
    FakeConsumer.log[FIRST] = [(key, b"value of " + key) for key in keys]
    table = await a_table()
    FakeConsumer.fetched.clear()
    assert await table.get(b"3") == b"value of 3"
    assert FakeConsumer.fetched == [(0, 3)]
    FakeConsumer.log[FIRST] += [(b"new", b"value of new")]
    assert await table.get(b"new") == b"value of new"
    assert FakeConsumer.fetched == [(0, 3), (0, len(keys))]


async def test_another_assignment_forgets_what_was_read() -> None:
    FakeConsumer.log = {FIRST: [(b"a", b"1")], SECOND: [(b"b", b"2")]}
    table = await a_table(0)
    await table.assign([1])
    assert (await table.get(b"a"), await table.get(b"b")) == (None, b"2")
    assert FakeConsumer.open == 1


async def test_without_partitions_nothing_is_open_and_nothing_found() -> None:
    table = await a_table()
    await table.assign([])
    assert (await table.get(b"a"), FakeConsumer.open) == (None, 0)


async def test_a_broker_without_an_answer_is_unavailable() -> None:
    table = await a_table()
    FakeConsumer.broken = True
    with pytest.raises(DependencyUnavailable, match="cannot read a table"):
        await table.get(b"a")
    with pytest.raises(DependencyUnavailable, match="cannot read a table"):
        await table.assign([0])


async def test_a_table_that_could_not_be_opened_does_not_seem_empty() -> None:
    FakeConsumer.log[FIRST] = [(b"a", b"1")]
    table = CompactedTable("pages", {})
    FakeConsumer.broken = True
    with pytest.raises(DependencyUnavailable):
        await table.assign([0])
    FakeConsumer.broken = False
    with pytest.raises(DependencyUnavailable):
        await table.get(b"a")
    await table.close()
    assert FakeConsumer.open == 0
