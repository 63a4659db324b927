"""A producer and a consumer written from `schemas/` and the contract alone: no code of ours."""

import io
import json
import struct
import time
import uuid
from collections.abc import Callable, Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import aiokafka
import fastavro
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer, TopicPartition

SCHEMAS = Path(__file__).parents[2] / "schemas"


def schema_of(topic: str) -> Any:
    return fastavro.parse_schema(json.loads((SCHEMAS / topic / "v1.avsc").read_text()))


def schema_id_of(topic: str) -> int:
    return int(json.loads((SCHEMAS / "ids.json").read_text())[f"{topic}/v1"])


def avro_value(topic: str, fields: dict[str, Any]) -> bytes:
    """Encode a record: byte 0, schema id, Avro. Fields left out get their defaults."""
    out = io.BytesIO()
    out.write(struct.pack(">bI", 0, schema_id_of(topic)))
    fastavro.schemaless_writer(out, schema_of(topic), fields)
    return out.getvalue()


class ForeignProducer:
    """Publishes to `audio.received` in either format."""

    def __init__(self, bootstrap: str, **config: str) -> None:
        self._producer = Producer({"bootstrap.servers": bootstrap, "log_level": 0, **config})

    def send_avro(self, **fields: Any) -> str:
        recording_id = fields.setdefault("recording_id", uuid.uuid4().hex)
        self.send_bytes(avro_value("audio.received", fields), key=recording_id)
        return str(recording_id)

    def send_json(self, **fields: Any) -> str:
        recording_id = fields.setdefault("recording_id", uuid.uuid4().hex)
        self.send_bytes(json.dumps(fields).encode(), key=recording_id)
        return str(recording_id)

    def send_bytes(
        self,
        value: bytes | None,
        *,
        key: str | None = None,
        topic: str = "audio.received",
        headers: Iterable[tuple[str, bytes | None]] = (),
    ) -> None:
        self._producer.produce(topic, value=value, key=key, headers=list(headers))
        assert self._producer.flush(30) == 0


class BytesName(str):
    """A header's name that is any bytes, as clients in other languages may send it."""

    __slots__ = ("_name",)

    _name: bytes

    def __new__(cls, name: bytes) -> Self:
        text = super().__new__(cls, "?")
        text._name = name
        return text

    def encode(self, encoding: str = "utf-8", errors: str = "strict") -> bytes:
        del encoding, errors
        return self._name


async def send_bytes_name(
    bootstrap: str, name: bytes, *values: bytes, topic: str = "audio.received"
) -> None:
    """Publish *values* in one batch, each with a header of this name."""
    async with aiokafka.AIOKafkaProducer(bootstrap_servers=bootstrap) as producer:
        batch = producer.create_batch()
        batch._builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1 << 20)
        for value in values:
            batch.append(key=b"odd", value=value, timestamp=None, headers=[(BytesName(name), b"1")])
        await (await producer.send_batch(batch, topic, partition=0))


class ForeignConsumer:
    """Sees everything that is committed to some topics after it was made."""

    def __init__(self, bootstrap: str, topics: Iterable[str]) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": f"foreign-{uuid.uuid4().hex}",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
            }
        )
        self.seen: list[Any] = []
        self._assign(list(topics))

    def _assign(self, topics: list[str]) -> None:
        found = self._consumer.list_topics(timeout=30).topics
        places = [
            TopicPartition(topic, part) for topic in topics for part in found[topic].partitions
        ]
        for place in places:
            place.offset = self._end(place)
        self._consumer.assign(places)

    def _end(self, place: TopicPartition) -> int:
        """Return where *place* ends, also where its topic was made a moment ago."""
        deadline = time.monotonic() + 30
        while True:
            try:
                _, end = self._consumer.get_watermark_offsets(place, timeout=30)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.NOT_LEADER_FOR_PARTITION:
                    raise
                assert time.monotonic() < deadline, "a partition stays without a leader"
                time.sleep(0.05)
            else:
                return int(end)

    def wait_for(
        self, matches: Callable[[Any], bool], *, within_s: float, count: int = 1
    ) -> list[Any]:
        """Return the first *count* records that match, among all seen so far."""
        deadline = time.monotonic() + within_s
        while len(found := [one for one in self.seen if matches(one)]) < count:
            assert time.monotonic() < deadline, f"{len(found)} of {count} records in {within_s:g} s"
            self.take()
        return found

    def take(self) -> None:
        """See what has come by now."""
        for message in self._consumer.consume(100, 0.2):
            assert message.error() is None, message.error()
            self.seen.append(message)

    def wait_for_event(
        self, topic: str, recording_id: str, *, within_s: float = 60
    ) -> dict[str, Any]:
        """Return the event of a recording on *topic*, decoded by the schema file."""

        def matches(message: Any) -> bool:
            return bool(
                message.topic() == topic and event_of(message)["recording_id"] == recording_id
            )

        return event_of(self.wait_for(matches, within_s=within_s)[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._consumer.close()


def event_of(message: Any) -> dict[str, Any]:
    """Decode a record's value by the schema file of its topic."""
    value = message.value()
    magic, schema_id = struct.unpack(">bI", value[:5])
    assert (magic, schema_id) == (0, schema_id_of(message.topic()))
    event = fastavro.schemaless_reader(io.BytesIO(value[5:]), schema_of(message.topic()), None)
    assert isinstance(event, dict)
    return event


def headers_of(message: Any) -> dict[str, str]:
    """Return headers by name; those without a value are left out."""
    return {name: value.decode() for name, value in message.headers() or () if value is not None}
