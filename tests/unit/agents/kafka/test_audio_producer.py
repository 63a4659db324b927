"""Telling Daybook of recordings, from any program."""

from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException

from agents.errors import DependencyUnavailable
from agents.kafka.audio_producer import AudioProducer
from schemas import AudioReceived, InvalidEvent, ids
from schemas.avro import FileSchemas
from schemas.wire import decode
from tests.support.builders import an_audio_received

LOST = KafkaError(KafkaError._MSG_TIMED_OUT)


class FakeProducer:
    """librdkafka's producer: *full* buffers refuse so often, *fate* is told of each record."""

    last: "FakeProducer"
    full = 0
    fate: KafkaError | None = None
    unsent = 0
    fatal = False

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.sent: list[dict[str, Any]] = []
        self.polled: list[float] = []
        self.flushed = False
        type(self).last = self

    def produce(self, topic: str, **record: Any) -> None:
        if len(self.polled) < self.full:
            raise BufferError
        self.sent.append({"topic": topic, **record})

    def poll(self, timeout_s: float) -> None:
        self.polled.append(timeout_s)
        for record in self.sent:
            record["on_delivery"](self.fate, None)

    def flush(self, _timeout_s: float) -> int:
        self.flushed = True
        if self.fatal:
            raise KafkaException(LOST)
        return self.unsent


@pytest.fixture(autouse=True)
def producer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agents.kafka.audio_producer.Producer", FakeProducer)


def test_a_recording_is_published_as_an_event() -> None:
    event = an_audio_received()
    with AudioProducer({"bootstrap.servers": "a:1"}, source="test") as producer:
        sent = producer.send(event)
    (record,) = FakeProducer.last.sent
    assert (record["topic"], record["key"]) == ("audio.received", b"rec-1")
    assert dict(record["headers"])["ce_source"] == b"test"
    schemas = FileSchemas()
    assert decode(AudioReceived, record["value"], record["headers"], schemas=schemas) == sent
    assert FakeProducer.last.flushed


def test_ids_are_derived_from_what_they_name() -> None:
    event = AudioReceived(user_id="ada", audio_uri="file:///a.opus")
    with AudioProducer({}) as producer:
        first, second = producer.send(event), producer.send(event)
    assert first == second
    assert first.recording_id == ids.recording_id("default", "ada", "file:///a.opus", None)
    assert first.event_id == ids.event_id(first)


def test_settings_given_go_before_our_own() -> None:
    AudioProducer({"bootstrap.servers": "a:1", "acks": "1"})
    settings = FakeProducer.last.settings
    assert (settings["acks"], settings["partitioner"]) == ("1", "murmur2_random")


def test_what_its_readers_would_refuse_is_not_sent() -> None:
    producer = AudioProducer({})
    with pytest.raises(InvalidEvent, match="user_id"):
        producer.send(an_audio_received(user_id="a/b"))
    assert FakeProducer.last.sent == []


def test_a_full_buffer_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProducer, "full", 2)
    AudioProducer({}).send(an_audio_received())
    assert FakeProducer.last.polled == [1.0, 1.0, 0]


def test_what_the_brokers_did_not_take_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProducer, "fate", LOST)
    producer = AudioProducer({})
    producer.send(an_audio_received())
    with pytest.raises(DependencyUnavailable, match="cannot publish"):
        producer.flush()
    producer.flush()


def test_what_is_still_unsent_at_the_end_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProducer, "unsent", 3)
    with pytest.raises(DependencyUnavailable, match="3 recordings could not be published"):
        AudioProducer({}).flush()


def test_a_client_that_gives_up_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(FakeProducer, "fatal", True)
    with pytest.raises(DependencyUnavailable, match="cannot publish"):
        AudioProducer({}).flush()


def test_a_block_that_fails_is_not_held_up_by_a_flush() -> None:
    with pytest.raises(KeyError), AudioProducer({}):
        raise KeyError
    assert not FakeProducer.last.flushed
