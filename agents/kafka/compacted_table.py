"""A compacted topic as a table: the newest committed record of each key, found by key."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import aiokafka
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError

from agents.errors import DependencyUnavailable
from agents.kafka.closing import closed
from agents.kafka.record_batches import read_all_records

KEPT_VALUES = 256
"""Values kept in memory; others are read again from their offset, which compaction spares."""
POLL_MS = 200
"""Longest wait for one fetch, in milliseconds."""
FETCH_MAX_BYTES = 8 << 20
"""A page may be this large, in bytes."""


class CompactedTable:
    """Reads what was committed to some partitions of a topic, also by this very process.

    Every look-up first reads what has been added since the last one. A transaction counts as
    committed before its records can be read, though: what this process has just published it has
    to `remember` until then.
    """

    def __init__(self, topic: str, client_settings: dict[str, Any]) -> None:
        self.topic = topic
        self._settings = client_settings
        self._consumer: Any = None
        self._positions: dict[TopicPartition, int] = {}
        self._newest: dict[bytes, tuple[TopicPartition, int]] = {}
        self._values: OrderedDict[tuple[TopicPartition, int], bytes] = OrderedDict()
        self._read = False
        self._unseen: dict[bytes, bytes | None] = {}
        self._lock = asyncio.Lock()

    async def assign(self, partitions: Iterable[int]) -> None:
        """Read exactly these partitions, from their beginning.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        async with self._lock:
            await self._close()
            self._read = False
            tps = [TopicPartition(self.topic, partition) for partition in partitions]
            if tps:
                with _kafka_errors():
                    await self._open(tps)
                    await self._catch_up()
            self._read = True

    def remember(self, key: bytes, value: bytes | None) -> None:
        """Take *value* for the newest one of *key* until it can be read."""
        self._unseen[key] = value

    async def get(self, key: bytes) -> bytes | None:
        """Return the newest value of *key*; None if there is none, or a tombstone.

        Raises:
            DependencyUnavailable: the brokers do not answer, or did not when it was assigned.

        """
        async with self._lock:
            if not self._read:
                raise DependencyUnavailable("kafka", f"{self.topic!r} has not been read yet")
            if self._consumer is None:
                return None
            with _kafka_errors():
                await self._catch_up()
                if key in self._unseen:
                    return self._unseen[key]
                place = self._newest.get(key)
                return None if place is None else await self._value(*place)

    async def close(self) -> None:
        """Let go of the connection."""
        async with self._lock:
            await self._close()

    async def _open(self, tps: list[TopicPartition]) -> None:
        read_all_records()
        self._consumer = aiokafka.AIOKafkaConsumer(
            **self._settings,
            group_id=None,
            enable_auto_commit=False,
            isolation_level="read_committed",
            max_partition_fetch_bytes=FETCH_MAX_BYTES,
        )
        await self._consumer.start()
        self._consumer.assign(tps)
        self._positions = dict(await self._consumer.beginning_offsets(tps))
        for tp, offset in self._positions.items():
            self._consumer.seek(tp, offset)

    async def _close(self) -> None:
        if self._consumer is not None:
            await closed(self._consumer.stop(), self._consumer)
        self._consumer = None
        self._newest.clear()
        self._positions.clear()
        self._unseen.clear()

    async def _catch_up(self) -> None:
        ends = await self._consumer.end_offsets(list(self._positions))
        for tp, end in ends.items():
            while self._positions[tp] < end:
                for record in await self._fetch(tp):
                    self._note(tp, record)
                self._positions[tp] = await self._consumer.position(tp)

    def _note(self, tp: TopicPartition, record: Any) -> None:
        if record.key in self._unseen and self._unseen[record.key] == record.value:
            del self._unseen[record.key]
        if record.value is None:
            self._newest.pop(record.key, None)
        else:
            self._newest[record.key] = (tp, record.offset)
            self._keep((tp, record.offset), record.value)

    async def _value(self, tp: TopicPartition, offset: int) -> bytes:
        if (tp, offset) not in self._values:
            self._consumer.seek(tp, offset)
            while not (records := await self._fetch(tp)):
                pass
            self._consumer.seek(tp, self._positions[tp])
            self._keep((tp, offset), records[0].value)
        return self._values[tp, offset]

    def _keep(self, place: tuple[TopicPartition, int], value: bytes) -> None:
        self._values[place] = value
        self._values.move_to_end(place)
        while len(self._values) > KEPT_VALUES:
            self._values.popitem(last=False)

    async def _fetch(self, tp: TopicPartition) -> list[Any]:
        records: list[Any] = (await self._consumer.getmany(tp, timeout_ms=POLL_MS)).get(tp, [])
        return records


@contextmanager
def _kafka_errors() -> Iterator[None]:
    """Turn the client's errors into ours."""
    try:
        yield
    except KafkaError as error:
        raise DependencyUnavailable("kafka", f"cannot read a table: {error!r}") from error
