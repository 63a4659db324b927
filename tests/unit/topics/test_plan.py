"""What is changed on a broker, and what is refused because it would do harm."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from topics.catalogue import load
from topics.plan import ActualTopic, AddPartitions, AlterConfig, Plan, Refusal, plan
from topics.topic import Topic

CATALOGUE = load()
RECEIVED = CATALOGUE.audio_received
READY = CATALOGUE.diaries_ready
DAILY = CATALOGUE.diaries_daily


def as_declared(*topics: Topic) -> Mapping[str, ActualTopic]:
    return {t.name: ActualTopic(partitions=t.partitions, config=t.config) for t in topics}


def with_partitions(actual: Mapping[str, ActualTopic], count: int) -> Mapping[str, ActualTopic]:
    return {name: replace(topic, partitions=count) for name, topic in actual.items()}


def test_an_empty_broker_gets_every_topic() -> None:
    assert plan(CATALOGUE, {}) == Plan(create=tuple(CATALOGUE))


def test_a_small_installation_gets_fewer_partitions_of_each() -> None:
    assert {topic.partitions for topic in plan(CATALOGUE, {}, partitions=2).create} == {2}


def test_a_broker_as_declared_needs_nothing() -> None:
    needed = plan(CATALOGUE, as_declared(*CATALOGUE))
    assert needed == Plan(unchanged=tuple(topic.name for topic in CATALOGUE))
    assert needed.changes == ()


def test_topics_that_are_not_ours_are_left_alone() -> None:
    foreign = {"foreign": ActualTopic(partitions=1, config={})}
    assert plan([RECEIVED], {**as_declared(RECEIVED), **foreign}).changes == ()


def test_partitions_are_added_to_a_topic_without_order() -> None:
    needed = plan([RECEIVED], with_partitions(as_declared(RECEIVED), 6))
    assert needed == Plan(add_partitions=(AddPartitions(topic=RECEIVED.name, current=6, total=12),))


def test_only_settings_that_differ_are_altered() -> None:
    config = {**RECEIVED.config, "retention.ms": "1", "segment.ms": "5"}
    del config["max.message.bytes"]
    actual = {RECEIVED.name: ActualTopic(partitions=12, config=config)}
    alteration = AlterConfig(
        topic=RECEIVED.name,
        current={"retention.ms": "1", "max.message.bytes": None},
        wanted={"retention.ms": "2592000000", "max.message.bytes": "1048576"},
    )
    assert plan([RECEIVED], actual) == Plan(alter_config=(alteration,))


def test_partitions_are_never_taken_away() -> None:
    needed = plan([RECEIVED], with_partitions(as_declared(RECEIVED), 24))
    reason = "it has 24 partitions, not 12: Kafka cannot take any away"
    assert needed == Plan(refused=(Refusal(topic=RECEIVED.name, reason=reason),))


@pytest.mark.parametrize(
    ("topic", "why"),
    [
        (DAILY, "it is compacted"),
        (READY, "it has the keys of a compacted topic"),
        (CATALOGUE.redrive_topic("daybook.daily"), "it has the keys of a compacted topic"),
    ],
)
def test_partitions_are_not_added_where_keys_would_part_from_their_past(
    topic: Topic, why: str
) -> None:
    needed = plan(CATALOGUE, with_partitions(as_declared(*CATALOGUE), 6))
    refusal = next(refusal for refusal in needed.refused if refusal.topic == topic.name)
    assert refusal.reason.startswith(why)
    assert topic.name not in {change.topic for change in needed.add_partitions}


def test_a_topic_is_not_created_unlike_the_table_beside_it() -> None:
    needed = plan([READY, DAILY], with_partitions(as_declared(READY), 6))
    refusal = next(refusal for refusal in needed.refused if refusal.topic == DAILY.name)
    assert "diaries.ready has 6 partitions" in refusal.reason
    assert "DAYBOOK_PARTITIONS=6" in refusal.reason
    assert needed.create == ()


def test_a_refused_topic_still_gets_its_settings() -> None:
    actual = {DAILY.name: ActualTopic(partitions=6, config={})}
    needed = plan([DAILY], actual)
    assert [change.topic for change in needed.alter_config] == [DAILY.name]
    assert [refusal.topic for refusal in needed.refused] == [DAILY.name]
