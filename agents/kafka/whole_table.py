"""All of a compacted topic in memory, for readers that own none of its partitions."""

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Generic, Self, TypeVar

import structlog

from agents import metrics
from agents.delivery.codec import event_key
from agents.delivery.record import Record
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.topic_reader import TopicReader
from schemas import Event, InvalidEvent
from schemas.avro import SchemaSource
from schemas.wire import decode

E = TypeVar("E", bound=Event)
log = structlog.get_logger()

AGAIN_AFTER_S = 1.0
"""Time until brokers that did not answer at the beginning are asked again, in seconds."""
ADDED_AFTER_S = 30.0
"""Time between looks for partitions that were added, in seconds."""
TOLD_AFTER_S = 5.0
"""Time that the first reading may take before it is told as a wait, in seconds."""

KEY_MISMATCH = "key-mismatch"
"""Reason of a record whose key is not that of the event in it."""


@dataclass(frozen=True, slots=True)
class _Newest(Generic[E]):
    """The newest record of a key; no event stands for a tombstone."""

    partition: int
    timestamp_ms: int
    event: E | None

    def gives_way_to(self, later: "_Newest[E]") -> bool:
        """Tell whether *later*, read after this, is newer; added partitions may hold older ones."""
        return later.partition == self.partition or later.timestamp_ms >= self.timestamp_ms


class WholeTable(Generic[E]):
    """The newest event of each key of a topic; a thread reads on as records come.

    Looking one up never waits. While brokers are away the last known events stay. Records that
    cannot be used are ignored and counted, and what their keys had before stays.
    """

    def __init__(
        self,
        event_type: type[E],
        topic: str,
        *,
        client_settings: Mapping[str, object],
        schemas: SchemaSource,
    ) -> None:
        self.topic = topic
        self._event_type = event_type
        self._client_settings = client_settings
        self._schemas = schemas
        self._newest: dict[bytes, _Newest[E]] = {}
        self._stopping = threading.Event()

    def get(self, key: str) -> E | None:
        """Return the newest event of *key* that is known; None if there is none."""
        found = self._newest.get(key.encode())
        return None if found is None else found.event

    @asynccontextmanager
    async def following(self, health: Health) -> AsyncIterator[Self]:
        """Read the topic once, however long its brokers take, and follow it from then on."""
        loop, complete = asyncio.get_running_loop(), asyncio.Event()
        thread = threading.Thread(
            target=self._run,
            args=(lambda: loop.call_soon_threadsafe(complete.set),),
            name=f"table {self.topic}",
            daemon=True,
        )
        thread.start()
        try:
            with health.waiting_if_longer(f"topic {self.topic}", TOLD_AFTER_S):
                await complete.wait()
            yield self
        finally:
            self._stopping.set()
            await asyncio.to_thread(thread.join)

    def _run(self, complete: Callable[[], object]) -> None:
        while not self._stopping.is_set():
            try:
                with TopicReader(self._client_settings, [self.topic]) as reader:
                    self._follow(reader, complete)
            except DependencyUnavailable as error:
                log.warning("waiting", dependency=error.dependency, error=str(error))
                self._stopping.wait(AGAIN_AFTER_S)

    def _follow(self, reader: TopicReader, complete: Callable[[], object]) -> None:
        # Apart until it is complete: what is read anew begins with values of long ago.
        newest: dict[bytes, _Newest[E]] = {}
        reader.begin()
        looked_s = time.monotonic()
        while not self._stopping.is_set():
            for record in reader.poll():
                self._note(record, newest)
            if reader.caught_up and self._newest is not newest:
                self._newest = newest
                complete()
            if time.monotonic() - looked_s >= ADDED_AFTER_S:
                _take_added(reader)
                looked_s = time.monotonic()

    def _note(self, record: Record, newest: dict[bytes, _Newest[E]]) -> None:
        try:
            event = self._event_in(record)
        except InvalidEvent as error:
            self._ignore(record, error.reason)
            return
        if event is not None and event_key(event).encode() != record.key:
            self._ignore(record, KEY_MISMATCH)
            return
        key, partition = record.key or b"", record.partition.partition
        found = _Newest(partition, record.timestamp_ms or 0, event)
        before = newest.get(key)
        if before is None or before.gives_way_to(found):
            newest[key] = found

    def _event_in(self, record: Record) -> E | None:
        if record.value is None:
            return None
        return decode(self._event_type, record.value, record.headers, schemas=self._schemas)

    def _ignore(self, record: Record, reason: str) -> None:
        metrics.TABLE_IGNORED.labels(self.topic, reason).inc()
        log.warning(
            "ignored a record",
            topic=self.topic,
            partition=record.partition.partition,
            offset=record.offset,
            reason=reason,
        )


def _take_added(reader: TopicReader) -> None:
    """Take partitions that were added; where nobody can tell, there is another look."""
    with suppress(DependencyUnavailable):
        reader.take_added()
