"""Operators see where groups stand, move those that rest, and purge dead letters."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from confluent_kafka import Consumer, Producer, TopicPartition

from agents.delivery.record import Partition
from agents.errors import PipelineError
from agents.kafka.dead_letters import DeadLetters, DeadLetterTopic
from agents.kafka.group_offsets import GroupOffset, GroupOffsets, Target
from agents.kafka.offset_metadata import Committed, encode
from tests.support.dead_letters import a_dead_letter, own_topics, write
from tests.support.pipeline import Pipeline

Client = dict[str, object]
BEGAN = datetime(2026, 11, 18, 12, tzinfo=UTC)


@pytest.fixture
def client(bootstrap: str) -> Client:
    return {"bootstrap.servers": bootstrap, "log_level": 0}


@pytest.fixture
def letters(client: Client, topic_name: Callable[[str], str]) -> DeadLetterTopic:
    return own_topics(client, topic_name, partitions=1)


@pytest.fixture
def topic(client: Client, letters: DeadLetterTopic) -> str:
    """Return a topic of five records, one for each minute since BEGAN."""
    producer = Producer(client)
    for number in range(5):
        at = BEGAN + timedelta(minutes=number)
        producer.produce(letters.name, str(number), timestamp=round(at.timestamp() * 1000))
    assert producer.flush(30) == 0
    return letters.name


@contextmanager
def member(client: Client, group: str, topic: str) -> Iterator[None]:
    """Be in *group* for the length of the block."""
    consumer = Consumer({**client, "group.id": group, "auto.offset.reset": "earliest"})
    consumer.subscribe([topic])
    while not consumer.assignment():
        consumer.poll(0.1)
    yield
    consumer.close()


def commit(client: Client, group: str, topic: str, committed: Committed) -> None:
    consumer = Consumer({**client, "group.id": group})
    metadata = encode(committed).rstrip("\0")
    place = TopicPartition(topic, 0, committed.offset, metadata)
    consumer.commit(offsets=[place], asynchronous=False)
    consumer.close()


def test_what_is_finished_beyond_the_committed_offset_is_shown(client: Client, topic: str) -> None:
    commit(client, topic, topic, Committed(1, ((2, 4),)))
    (shown,) = GroupOffsets(client).show(topic, [topic])
    assert shown == GroupOffset(
        partition=Partition(topic, 0), begin=0, end=5, committed=Committed(1, ((2, 4),))
    )
    assert (shown.lag, shown.beyond) == (4, 2)


@pytest.mark.parametrize(
    ("target", "offset"),
    [
        (Target(earliest=True), 0),
        (Target(), 5),
        (Target(offset=3), 3),
        (Target(offset=99), 5),
        (Target(at=BEGAN + timedelta(seconds=90)), 2),
        (Target(at=BEGAN + timedelta(hours=1)), 5),
    ],
)
def test_a_reset_moves_the_group_and_forgets_what_was_beyond(
    client: Client, topic: str, target: Target, offset: int
) -> None:
    commit(client, topic, topic, Committed(1, ((2, 4),)))
    offsets = GroupOffsets(client)
    offsets.reset(topic, offsets.targets(offsets.show(topic, [topic]), target))
    (shown,) = offsets.show(topic, [topic])
    assert shown.committed == Committed(offset)


def test_a_group_with_members_is_not_moved(client: Client, topic: str) -> None:
    offsets = GroupOffsets(client)
    with member(client, topic, topic):
        assert offsets.members(topic) == 1
        with pytest.raises(PipelineError, match="1 active members"):
            offsets.reset(topic, {Partition(topic, 0): 0})
    assert offsets.members(topic) == 0


def test_a_purge_ends_at_a_time(client: Client, letters: DeadLetterTopic, topic: str) -> None:
    dead = DeadLetters(client)
    until = dead.until(letters, BEGAN + timedelta(minutes=2))
    assert until == {Partition(topic, 0): 2}
    dead.purge(until)
    assert [letter.record.value for letter in dead.read(letters)] == [b"2", b"3", b"4"]


def test_a_purge_of_everything_spares_what_comes_after_it_was_asked_for(
    client: Client, letters: DeadLetterTopic, topic: str
) -> None:
    dead = DeadLetters(client)
    until = dead.until(letters, None)
    write(client, topic, [a_dead_letter(7)])
    dead.purge(until)
    assert [letter.offset for letter in dead.read(letters)] == [7]


def test_the_verb_refuses_while_workers_run_and_shows_them(pipeline: Pipeline) -> None:
    refused = pipeline.run("offsets", "reset", "--group", "daybook.daily", "--to-earliest")
    assert (refused.returncode, "active members" in refused.stderr) == (1, True)
    shown = json.loads(pipeline.ok("offsets", "show", "--group", "daybook.daily", "--json"))
    assert {one["topic"] for one in shown} == {"diaries.ready", "daybook.daily.redrive"}


def test_the_verb_moves_a_group_that_rests_only_when_told_to(
    pipeline: Pipeline, client: Client, topic: str
) -> None:
    asked = ("offsets", "reset", "--group", topic, "--topic", topic)
    to = ("--to-timestamp", (BEGAN + timedelta(minutes=3)).isoformat(), "--json")
    dry = json.loads(pipeline.ok(*asked, *to))
    assert (dry["done"], dry["offsets"][0]["to"]) == (False, 3)
    assert GroupOffsets(client).committed(topic, [Partition(topic, 0)]) == {}
    assert json.loads(pipeline.ok(*asked, *to, "--yes"))["done"]
    assert GroupOffsets(client).committed(topic, [Partition(topic, 0)]) == {
        Partition(topic, 0): Committed(3)
    }


def test_the_purge_verb_needs_an_end_and_a_yes(pipeline: Pipeline) -> None:
    asked = ("dlq", "purge", "--topic", "transcripts.ready")
    assert pipeline.run(*asked).returncode == 2
    said = json.loads(pipeline.ok(*asked, "--before", "2020-01-01T00:00:00Z", "--json"))
    assert said["done"] is False
    assert [one["count"] for one in said["purged"]] == [0]
