"""Bad input ends as a dead letter with its own reason, soon, and stops nobody."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from agents.demo import recordings
from tests.support.audio import silence, wav_bytes
from tests.support.foreign import ForeignConsumer, ForeignProducer, avro_value, headers_of
from tests.support.pipeline import Pipeline

DLQ = "dlq.daybook.transcriber.audio.received"
SOON_S = 5.0
"""Within this a dead letter is there, in seconds."""


@pytest.fixture(scope="module")
def producer(bootstrap: str) -> ForeignProducer:
    return ForeignProducer(bootstrap)


@pytest.fixture
def consumer(bootstrap: str, pipeline: Pipeline) -> Iterator[ForeignConsumer]:
    del pipeline
    with ForeignConsumer(bootstrap, [DLQ, "transcripts.ready"]) as consumer:
        yield consumer


def event(**fields: Any) -> bytes:
    return json.dumps({"user_id": "bad", **fields}).encode()


def test_not_audio_is_undecodable(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    uri = pipeline.give_bytes(b"these are words, not sound" * 100, "words.mp3")
    assert_dead_letter(producer, consumer, event(audio_uri=uri), "audio-undecodable")


def test_a_recording_without_a_sample_is_undecodable(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    uri = pipeline.give_bytes(wav_bytes(silence(0)), "header.wav")
    assert_dead_letter(producer, consumer, event(audio_uri=uri), "audio-undecodable")


def test_a_missing_file_is_missing(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    uri = (pipeline.audio_dir / "nowhere.wav").as_uri()
    assert_dead_letter(producer, consumer, event(audio_uri=uri), "audio-missing")


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", "/nowhere/at/all.wav"])
def test_a_file_outside_of_the_roots_is_forbidden(
    producer: ForeignProducer, consumer: ForeignConsumer, path: str
) -> None:
    assert_dead_letter(producer, consumer, event(audio_uri=f"file://{path}"), "uri-forbidden")


def test_a_scheme_that_nobody_configured_is_refused(
    producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    assert_dead_letter(producer, consumer, event(audio_uri="gopher://example/a"), "uri-scheme")


def test_truncated_avro_is_undecodable(
    producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    whole = avro_value("audio.received", {"user_id": "bad", "audio_uri": "file:///a.wav"})
    assert_dead_letter(producer, consumer, whole[:-3], "undecodable")


def test_unknown_json_fields_are_named(
    producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    value = event(audio_uri="file:///a.wav", audio_url="x", speaker="y")
    message = assert_dead_letter(producer, consumer, value, "unknown-field")
    assert "audio_url" in headers_of(message)["__dlq.errors.message"]
    assert "speaker" in headers_of(message)["__dlq.errors.message"]


def test_a_null_value_is_empty(producer: ForeignProducer, consumer: ForeignConsumer) -> None:
    producer.send_bytes(None, key="null")
    (message,) = consumer.wait_for(lambda one: one.key() == b"null", within_s=SOON_S)
    assert (message.value(), headers_of(message)["daybook.error.reason"]) == (None, "empty")


def test_a_model_that_is_not_served_is_unknown(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    value = event(audio_uri=pipeline.give(recordings()[0].path), whisper_model="../../etc")
    assert_dead_letter(producer, consumer, value, "model-unknown")


def test_a_good_recording_after_bad_ones_is_transcribed(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    pids = {name: part["process"]["pid"] for name, part in pipeline.parts().items()}
    clip = recordings()[0]
    for number in range(20):
        producer.send_bytes(b"\x00\x00\x00\x00\x01" + bytes([number]), key="junk")
    recording_id = producer.send_json(user_id="good", audio_uri=pipeline.give(clip.path))
    transcript = consumer.wait_for_event("transcripts.ready", recording_id)
    assert " ".join(part["text"] for part in transcript["segments"]) == clip.text
    assert {name: part["process"]["pid"] for name, part in pipeline.parts().items()} == pids


def assert_dead_letter(
    producer: ForeignProducer, consumer: ForeignConsumer, value: bytes, reason: str
) -> Any:
    """Publish *value* and find it again, byte for byte, as a dead letter for *reason*."""
    sent_headers = [("x-twice", b"1"), ("x-twice", b"2"), ("x-null", None)]
    producer.send_bytes(value, key="bad", headers=sent_headers)
    (message,) = consumer.wait_for(
        lambda one: one.topic() == DLQ and one.value() == value, within_s=SOON_S
    )
    assert message.key() == b"bad"
    assert message.headers()[: len(sent_headers)] == sent_headers
    headers = {name: text.decode() for name, text in message.headers()[len(sent_headers) :]}
    assert headers["daybook.error.reason"] == reason, headers
    assert headers["daybook.error.stage"] == "transcriber"
    assert headers["__dlq.errors.topic"] == "audio.received"
    assert headers["__dlq.errors.group"] == "daybook.transcriber"
    assert headers["__dlq.errors.delivery.count"] == "1"
    return message
