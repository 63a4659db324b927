"""Transcripts whose segments are gone end as dead letters, and hold up nobody."""

import hashlib
import uuid
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest

from tests.support.foreign import (
    ForeignConsumer,
    ForeignProducer,
    avro_value,
    headers_of,
)
from tests.support.pipeline import Pipeline

DLQ = "dlq.daybook.diarist.transcripts.ready"
SOON_S = 5.0
"""Within this a dead letter is there, in seconds."""
RECORDED_AT = datetime(2026, 11, 18, 8, 10, tzinfo=UTC)
SEGMENT = {"index": 0, "start_ms": 0, "end_ms": 4_000, "text": "I met Anna in the park."}


@pytest.fixture(scope="module")
def producer(bootstrap: str) -> ForeignProducer:
    return ForeignProducer(bootstrap)


@pytest.fixture
def consumer(bootstrap: str, pipeline: Pipeline) -> Iterator[ForeignConsumer]:
    del pipeline
    with ForeignConsumer(bootstrap, [DLQ, "diaries.ready"]) as consumer:
        yield consumer


def send_transcript(producer: ForeignProducer, **changes: object) -> str:
    """Publish a transcript; return its recording's id."""
    recording_id = uuid.uuid4().hex
    fields = {
        "user_id": "gone",
        "recording_id": recording_id,
        "transcript_id": f"transcript-of-{recording_id}",
        "status": "OK",
        "recorded_at": RECORDED_AT,
        "recorded_at_source": "DEVICE",
        "ended_at": RECORDED_AT,
        "time_zone": "UTC",
        "diary_date": date(2026, 11, 18),
        "duration_ms": 4_000,
        "speech_ms": 4_000,
        "text_sha256": "0" * 64,
        "engine": "foreign",
        "model": "foreign",
        "params_hash": "0",
        "processing_ms": 0,
        "audio_uri": "file:///nowhere.wav",
        "content_sha256": "0" * 64,
        **changes,
    }
    value = avro_value("transcripts.ready", fields)
    producer.send_bytes(value, key=recording_id, topic="transcripts.ready")
    return recording_id


def absent_uri(pipeline: Pipeline) -> str:
    """Return a URI such as our own, of something that was never kept."""
    name = hashlib.sha256(uuid.uuid4().bytes).hexdigest() + ".segments.json"
    return (pipeline.state_dir / "artefacts" / name[:2] / name).as_uri()


def test_segments_that_are_missing_or_changed_are_dead_letters(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    missing, damaged = absent_uri(pipeline), absent_uri(pipeline)
    path = pipeline.state_dir / damaged.removeprefix(f"{pipeline.state_dir.as_uri()}/")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"[]")
    reasons = {
        send_transcript(producer, segments_uri=missing): "artefact-missing",
        send_transcript(producer, segments_uri=damaged): "artefact-damaged",
    }
    letters = consumer.wait_for(
        lambda one: one.topic() == DLQ and one.key().decode() in reasons, within_s=SOON_S, count=2
    )
    found = {one.key().decode(): headers_of(one)["daybook.error.reason"] for one in letters}
    assert found == reasons


def test_a_good_transcript_after_many_without_segments_gets_its_entry(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    bad = {send_transcript(producer, segments_uri=absent_uri(pipeline)) for _ in range(20)}
    good = send_transcript(producer, segments=[SEGMENT])
    entry = consumer.wait_for_event("diaries.ready", good, within_s=SOON_S)
    assert SEGMENT["text"] in entry["narrative"]
    letters = consumer.wait_for(
        lambda one: one.topic() == DLQ and one.key().decode() in bad, within_s=SOON_S, count=20
    )
    assert {one.key().decode() for one in letters} == bad
