"""Reads topics from their first record: an independent reader, of confluent-kafka alone."""

import time
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from confluent_kafka import Consumer, KafkaError, TopicPartition


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One record."""

    topic: str
    partition: int
    offset: int
    key: str
    value: bytes
    headers: dict[str, str]
    at_ms: int


class Reader:
    """Sees every record of some topics, from offset 0; aborted ones only if not *committed*."""

    def __init__(self, bootstrap: str, topics: Iterable[str], *, committed: bool) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": f"chaos-reader-{uuid.uuid4().hex}",
                "isolation.level": "read_committed" if committed else "read_uncommitted",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "auto.offset.reset": "earliest",
                "log_level": 0,
            }
        )
        self._parts = self._partitions(topics)
        self._ended: set[tuple[str, int]] = set()
        self._consumer.assign([TopicPartition(*part, 0) for part in self._parts])
        self.seen: list[Seen] = []

    def take(self, timeout_s: float) -> None:
        """See what comes within *timeout_s*."""
        end = time.monotonic() + timeout_s
        while (left_s := end - time.monotonic()) > 0:
            self._take(left_s)

    def catch_up(self, *, limit_s: float) -> bool:
        """See everything up to each partition's end; False if that was not within *limit_s*."""
        self._ended.clear()
        end = time.monotonic() + limit_s
        while len(self._ended) < len(self._parts):
            if time.monotonic() > end:
                return False
            self._take(1.0)
        return True

    def close(self) -> None:
        """Let go of the brokers."""
        self._consumer.close()

    def _take(self, timeout_s: float) -> None:
        for message in self._consumer.consume(500, min(timeout_s, 0.5)):
            place = (message.topic(), message.partition())
            error = message.error()
            if error is None:
                self._ended.discard(place)
                self.seen.append(_seen(message))
            elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its own name for it
                self._ended.add(place)

    def _partitions(self, topics: Iterable[str]) -> Sequence[tuple[str, int]]:
        found = self._consumer.list_topics(timeout=30).topics
        return [(topic, part) for topic in topics for part in found[topic].partitions]


def _seen(message: Any) -> Seen:
    return Seen(
        topic=message.topic(),
        partition=message.partition(),
        offset=message.offset(),
        key=(message.key() or b"").decode(),
        value=message.value() or b"",
        headers={name: (value or b"").decode() for name, value in message.headers() or ()},
        at_ms=message.timestamp()[1],
    )
