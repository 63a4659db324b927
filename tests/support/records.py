"""Builds records as the broker delivers them."""

from typing import Any

from agents.delivery.codec import event_key
from agents.delivery.record import Partition, Record
from schemas import Event
from schemas.avro import FileSchemas
from schemas.wire import encode, headers
from tests.support.clock import NOON
from tests.support.work import TOPICS

HERE = Partition("audio.received", 0)
ELSEWHERE = Partition("audio.received", 1)


def a_record(offset: int = 0, **changes: Any) -> Record:
    """Build a record that holds no event."""
    facts: dict[str, Any] = {
        "partition": HERE,
        "offset": offset,
        "timestamp_ms": 1_763_467_200_000,
        "key": b"key",
        "value": b"value",
    }
    return Record(**facts | changes)


def a_record_of(event: Event, offset: int = 0, **changes: Any) -> Record:
    """Build a record that holds *event*, as one of our producers writes it."""
    topic = TOPICS[type(event)]
    facts: dict[str, Any] = {
        "partition": Partition(topic, 0),
        "key": event_key(event).encode(),
        "value": encode(event, FileSchemas().id_of(topic, 1)),
        "headers": tuple(headers(event, source="test", time=NOON)),
    }
    return a_record(offset, **facts | changes)
