"""Producers and consumers that know only the schema files and the contract."""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from agents.demo import DemoRecording, recordings
from tests.support.foreign import ForeignConsumer, ForeignProducer, headers_of
from tests.support.pipeline import Pipeline

TOPICS = ("transcripts.ready", "diaries.ready", "diaries.daily")


@pytest.fixture
def producer(bootstrap: str) -> ForeignProducer:
    return ForeignProducer(bootstrap)


@pytest.fixture
def consumer(bootstrap: str, pipeline: Pipeline) -> Iterator[ForeignConsumer]:
    del pipeline
    with ForeignConsumer(bootstrap, TOPICS) as consumer:
        yield consumer


@pytest.fixture(scope="module")
def clip() -> DemoRecording:
    return next(one for one in recordings() if one.language == "en" and len(one.segments) > 1)


def test_a_recording_published_in_avro_becomes_its_exact_text(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer, clip: DemoRecording
) -> None:
    recording_id = producer.send_avro(
        user_id="avro", audio_uri=pipeline.give(clip.path), recorded_at=clip.recorded_at
    )
    transcript = consumer.wait_for_event("transcripts.ready", recording_id)
    assert " ".join(part["text"] for part in transcript["segments"]) == clip.text
    assert (transcript["status"], transcript["language"]) == ("OK", clip.language)


def test_a_recording_published_in_json_becomes_an_entry_and_a_page(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer, clip: DemoRecording
) -> None:
    recording_id = producer.send_json(
        user_id="json",
        audio_uri=pipeline.give(clip.path),
        recorded_at="2026-03-01T02:10:00+01:00",
        time_zone="Europe/Rome",
    )
    entry = consumer.wait_for_event("diaries.ready", recording_id)
    assert entry["diary_date"] == date(2026, 2, 28)
    assert entry["recorded_at"] == datetime(2026, 3, 1, 1, 10, tzinfo=UTC)
    page = ("diaries.daily", b"default/json/2026-02-28")
    consumer.wait_for(lambda one: (one.topic(), one.key()) == page, within_s=60)


def test_outputs_carry_cloudevents_headers_and_the_producers_trace(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer, clip: DemoRecording
) -> None:
    trace = "0af7651916cd43dd8448eb211c80319c"
    traceparent = f"00-{trace}-b7ad6b7169203331-01".encode()
    event = {"user_id": "trace", "recording_id": "traced", "audio_uri": pipeline.give(clip.path)}
    producer.send_bytes(json.dumps(event).encode(), headers=[("traceparent", traceparent)])
    (message,) = consumer.wait_for(
        lambda one: one.topic() == "transcripts.ready" and one.key() == b"traced", within_s=60
    )
    headers = headers_of(message)
    assert headers["ce_type"] == "daybook.TranscriptReady"
    assert headers["ce_source"] == "daybook/transcriber"
    assert headers["ce_specversion"] == "1.0"
    assert headers["ce_subject"] == "traced"
    assert headers["content-type"] == "application/avro"
    assert headers["traceparent"].split("-")[1] == trace


def test_the_same_recording_sent_twice_has_the_same_ids(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer, clip: DemoRecording
) -> None:
    uri = pipeline.give(clip.path)
    for _ in range(2):
        producer.send_json(user_id="twice", recording_id="twice", audio_uri=uri)
    messages = consumer.wait_for(
        lambda one: one.topic() == "transcripts.ready" and one.key() == b"twice",
        within_s=60,
        count=2,
    )
    assert len({headers_of(message)["ce_id"] for message in messages}) == 1
