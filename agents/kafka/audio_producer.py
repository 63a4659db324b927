"""Publishes recordings as `audio.received` events: for the command line, and for your program."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from agents.errors import DependencyUnavailable
from schemas import AudioReceived, ids
from schemas.avro import FileSchemas, SchemaSource
from schemas.wire import encode, headers
from topics.catalogue import load

FLUSH_S = 30.0
"""Longest wait for the brokers to have everything, in seconds."""


class AudioProducer:
    """Tells Daybook of recordings.

    *client_settings* are librdkafka's, `{"bootstrap.servers": "host:port"}` at least. Sending is
    buffered; leaving the context, or `flush`, waits until the brokers have it all.

        with AudioProducer({"bootstrap.servers": "localhost:9092"}) as producer:
            producer.send(AudioReceived(user_id="ana", audio_uri="file:///recordings/monday.m4a"))
    """

    def __init__(
        self,
        client_settings: Mapping[str, object],
        *,
        source: str = "daybook/producer",
        schemas: SchemaSource | None = None,
    ) -> None:
        self._topic = load().audio_received.name
        self._source = source
        self._schemas = schemas or FileSchemas()
        self._failures: list[KafkaError] = []
        self._producer = Producer(
            {
                "acks": "all",
                "enable.idempotence": True,
                "partitioner": "murmur2_random",
                "message.timeout.ms": int(FLUSH_S * 1000),
                **client_settings,
            }
        )

    def send(self, event: AudioReceived) -> AudioReceived:
        """Publish *event*; return it with the ids that were derived for it.

        Raises:
            schemas.InvalidEvent: a field of it would be refused by its readers.
            DependencyUnavailable: the buffer stays full, since no broker takes records.

        """
        event = _with_ids(event)
        now = datetime.now(UTC)
        value = encode(event, self._schemas.id_of(self._topic, 1))
        record: dict[str, Any] = {
            "key": event.recording_id.encode(),
            "value": value,
            "headers": headers(event, source=self._source, time=now),
            "on_delivery": self._delivered,
        }
        while True:
            try:
                self._producer.produce(self._topic, **record)
            except BufferError:
                self._producer.poll(1.0)
                self._raise_failures()
            else:
                self._producer.poll(0)
                return event

    def flush(self, timeout_s: float = FLUSH_S) -> None:
        """Wait until the brokers have everything that was sent.

        Raises:
            DependencyUnavailable: they do not, after *timeout_s*.

        """
        try:
            unsent = self._producer.flush(timeout_s)
        except KafkaException as error:
            raise DependencyUnavailable("kafka", f"cannot publish: {error}") from error
        self._raise_failures()
        if unsent:
            raise DependencyUnavailable("kafka", f"{unsent} recordings could not be published")

    def __enter__(self) -> Self:
        """Return the producer itself."""
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Flush, unless the block failed."""
        del error, trace
        if kind is None:
            self.flush()

    def _delivered(self, error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            self._failures.append(error)

    def _raise_failures(self) -> None:
        if self._failures:
            failures, self._failures = self._failures, []
            raise DependencyUnavailable("kafka", f"cannot publish: {failures[0].str()}")


def _with_ids(event: AudioReceived) -> AudioReceived:
    if not event.recording_id:
        event = replace(
            event,
            recording_id=ids.recording_id(
                event.tenant_id, event.user_id, event.audio_uri, event.recorded_at
            ),
        )
    return replace(event, event_id=ids.event_id(event))
