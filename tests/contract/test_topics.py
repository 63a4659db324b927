"""Every topic of the catalogue is one that the pipeline can work with."""

import re
from pathlib import Path

import pytest

import topics
from schemas.avro import schema_files
from topics.catalogue import Catalogue, load
from topics.topic import Topic

CATALOGUE = load()
TOPICS = list(CATALOGUE)
GROUPS = {"daybook.transcriber", "daybook.diarist", "daybook.daily"}
AGENTS = {"transcriber", "diarist", "daily", "gateway", "lag", "cli", "any"}
HEADERS_BYTES = 64 * 1024
"""More than the headers of any dead letter: its message is at most 4 KiB."""

each_topic = pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.name)


def test_the_topics_are_these() -> None:
    assert {topic.name for topic in TOPICS} == {
        "audio.received",
        "transcripts.ready",
        "diaries.ready",
        "diaries.daily",
        "pipeline.status",
        "users.settings",
        "daybook.transcriber.redrive",
        "daybook.diarist.redrive",
        "daybook.daily.redrive",
        "daybook.diarist.upgrade",
        "dlq.daybook.transcriber.audio.received",
        "dlq.daybook.diarist.transcripts.ready",
        "dlq.daybook.diarist.daybook.diarist.upgrade",
        "dlq.daybook.daily.diaries.ready",
    }


@each_topic
def test_a_topic_has_a_name_that_kafka_takes(topic: Topic) -> None:
    assert re.fullmatch(r"[a-z0-9.]{1,249}", topic.name)


@each_topic
def test_a_topic_has_known_producers_and_consumers(topic: Topic) -> None:
    assert topic.producers
    assert {*topic.producers, *(consumer.agent for consumer in topic.consumers)} <= AGENTS
    assert set(topic.groups) <= GROUPS


@each_topic
def test_a_topic_that_a_group_works_on_has_an_slo_and_dead_letters(topic: Topic) -> None:
    assert bool(topic.groups) == (topic.slo.lag_seconds is not None)
    for group in topic.groups:
        dead_letters = CATALOGUE.dead_letter_topic(group, topic.name)
        assert dead_letters.max_message_bytes == 2 * 1024 * 1024
        assert dead_letters.max_message_bytes >= topic.max_message_bytes + HEADERS_BYTES
        assert not dead_letters.compacted


@pytest.mark.parametrize("group", sorted(GROUPS))
def test_any_input_of_a_group_fits_into_its_redrive_topic(group: str) -> None:
    redrive = CATALOGUE.redrive_topic(group)
    assert redrive in CATALOGUE.inputs(group)
    inputs = [topic for topic in CATALOGUE.inputs(group) if topic != redrive]
    assert {topic.schema for topic in inputs} == {redrive.schema}
    assert max(topic.max_message_bytes for topic in inputs) + HEADERS_BYTES <= (
        redrive.max_message_bytes
    )


@each_topic
def test_the_schema_of_a_topic_is_one_of_ours(topic: Topic) -> None:
    records = {file.record for file in schema_files()}
    assert topic.schema in records


@pytest.mark.parametrize("file", schema_files(), ids=lambda file: f"{file.topic}/v{file.version}")
def test_every_schema_is_that_of_its_topic(file: object) -> None:
    assert CATALOGUE[getattr(file, "topic", "")].schema == getattr(file, "record", "")


@each_topic
def test_records_are_kept_for_thirty_days_or_as_a_table(topic: Topic) -> None:
    kept = {"retention.ms": str(30 * 86_400_000)}
    only_table = topic.config["cleanup.policy"] == "compact"
    assert only_table or kept.items() <= topic.config.items()
    assert topic.compacted == (topic.name in COMPACTED)


COMPACTED = {"diaries.daily", "pipeline.status", "users.settings"}


@each_topic
def test_nobody_but_the_broker_decides_on_replicas(topic: Topic) -> None:
    assert not {key for key in topic.config if "replica" in key}


def test_a_day_and_its_entries_meet_in_one_partition() -> None:
    daily, ready = CATALOGUE.diaries_daily, CATALOGUE.diaries_ready
    redrive = CATALOGUE.redrive_topic("daybook.daily")
    assert daily.partitions == ready.partitions == redrive.partitions == 12
    assert daily.key == ready.key == redrive.key


def test_every_file_is_a_topic_and_an_attribute_of_the_catalogue() -> None:
    files = {path.stem for path in Path(str(topics.__file__)).parent.glob("*.yaml")}
    attributes = [name for name in vars(Catalogue) if isinstance(getattr(CATALOGUE, name), Topic)]
    assert {getattr(CATALOGUE, name).name for name in attributes} == files


def test_every_topic_has_the_page_of_a_day_within_what_clients_send() -> None:
    assert CATALOGUE.diaries_daily.max_message_bytes == 8 * 1024 * 1024
