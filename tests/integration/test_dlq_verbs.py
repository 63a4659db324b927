"""An operator's way with dead letters, on a pipeline that runs."""

import json
import uuid
from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient

from agents.demo import recordings
from tests.support.builders import a_diary
from tests.support.foreign import ForeignConsumer, ForeignProducer, headers_of
from tests.support.pipeline import Pipeline, eventually
from tests.support.records import a_record_of

DLQ, TOPICS = "dlq.daybook.transcriber.audio.received", ("transcripts.ready", "diaries.ready")
DAILY = "daybook.daily"
SOON_S = 20.0


@pytest.fixture(scope="module")
def producer(bootstrap: str) -> ForeignProducer:
    return ForeignProducer(bootstrap)


@pytest.fixture
def consumer(bootstrap: str, pipeline: Pipeline) -> Iterator[ForeignConsumer]:
    del pipeline
    with ForeignConsumer(bootstrap, [DLQ, *TOPICS]) as consumer:
        yield consumer


def send_missing(pipeline: Pipeline, producer: ForeignProducer) -> tuple[str, str]:
    """Announce a recording whose file is not there; return its id and the file's name."""
    recording_id = uuid.uuid4().hex
    uri = (pipeline.audio_dir / f"{recording_id}.opus").as_uri()
    producer.send_json(user_id="late", audio_uri=uri, recording_id=recording_id)
    return recording_id, f"{recording_id}.opus"


def letters_of(consumer: ForeignConsumer, key: str, count: int = 1) -> list[Any]:
    return consumer.wait_for(
        lambda one: one.topic() == DLQ and one.key() == key.encode(), within_s=SOON_S, count=count
    )


def redrive(pipeline: Pipeline, *arguments: str) -> int:
    """Redrive to the transcriber; return how many letters that were."""
    said = json.loads(pipeline.ok("dlq", "redrive", "--topic", DLQ, "--json", *arguments))
    return int(said["redriven"][0]["count"])


def test_a_recording_whose_file_came_late_is_redriven_into_its_diary(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    recording_id, name = send_missing(pipeline, producer)
    letters_of(consumer, recording_id)
    clip = recordings()[0]
    pipeline.give(clip.path, name)
    only = ("--where", f"recording_id={recording_id}", "--reason", "audio-missing")
    assert redrive(pipeline, *only) == 1  # a dry run moves nothing
    assert redrive(pipeline, *only, "--yes") == 1
    assert redrive(pipeline, *only, "--yes") == 0
    transcript = consumer.wait_for_event("transcripts.ready", recording_id)
    assert " ".join(part["text"] for part in transcript["segments"]) == clip.text
    assert consumer.wait_for_event("diaries.ready", recording_id)["recording_id"] == recording_id


def test_what_fails_again_returns_to_its_dead_letters_counted(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    recording_id, _ = send_missing(pipeline, producer)
    (first,) = letters_of(consumer, recording_id)
    assert redrive(pipeline, "--where", f"key={recording_id}", "--yes") == 1
    second = headers_of(letters_of(consumer, recording_id, count=2)[1])
    same = ("__dlq.errors.topic", "__dlq.errors.partition", "__dlq.errors.offset")
    assert [second[name] for name in same] == [headers_of(first)[name] for name in same]
    assert (second["__dlq.errors.delivery.count"], second["daybook.redrive.count"]) == ("2", "1")
    where = f"recording_id={recording_id}"
    shown = json.loads(pipeline.ok("dlq", "show", "--topic", DLQ, "--where", where, "--json"))
    told = sorted((one["delivery_count"], one["redriven"]) for one in shown)
    assert told == [(1, True), (2, False)]


def test_two_daily_workers_hold_the_same_partitions_of_both_topics(
    bootstrap: str, pipeline: Pipeline
) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})

    def held() -> list[tuple[set[int], set[int]]] | None:
        described = admin.describe_consumer_groups([DAILY])[DAILY].result()
        of = [one.assignment.topic_partitions for one in described.members]
        both = [(numbers(one, "diaries.ready"), numbers(one, f"{DAILY}.redrive")) for one in of]
        return both if len(both) == 2 and all(main for main, _ in both) else None

    with pipeline.started("worker", "daily", "--part", "daily-2"):
        for main, redriven in eventually(held, within_s=60, what="two members with partitions"):
            assert main == redriven


def numbers(places: Iterable[Any], topic: str) -> set[int]:
    return {place.partition for place in places if place.topic == topic}


def test_a_redriven_entry_joins_the_page_of_its_day(bootstrap: str, pipeline: Pipeline) -> None:
    person = uuid.uuid4().hex
    producer = Producer({"bootstrap.servers": bootstrap, "partitioner": "murmur2_random"})
    for number, topic in enumerate(("diaries.ready", "daybook.daily.redrive")):
        entry = a_diary(
            user_id=person, recording_id=f"{person}-{number}", entry_id=f"{person}-{number}"
        )
        record = a_record_of(entry)
        producer.produce(topic, record.value, record.key, headers=list(record.headers))
    assert producer.flush(30) == 0

    def both() -> bool | None:
        shown = pipeline.run("diary", "show", "--user", person, "--json")
        if shown.returncode:
            return None
        return len(json.loads(shown.stdout)["entries"]) == 2 or None

    eventually(both, within_s=SOON_S, what="both entries on the page")


def test_the_list_counts_by_reason_and_stage(
    pipeline: Pipeline, producer: ForeignProducer, consumer: ForeignConsumer
) -> None:
    recording_id, _ = send_missing(pipeline, producer)
    letters_of(consumer, recording_id)
    (found,) = json.loads(pipeline.ok("dlq", "list", "--topic", "audio.received", "--json"))
    assert found["topic"] == DLQ
    assert found["reasons"]["audio-missing"] >= 1
    assert found["stages"] == {"transcriber": found["count"]}
    assert found["oldest"] <= found["newest"]
    assert f"{DLQ}: {found['count']} dead letters" in pipeline.ok("dlq", "list")
