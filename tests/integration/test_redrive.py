"""Dead letters are handed back exactly once, whatever is repeated or killed."""

import asyncio
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

import pytest
from aiokafka import AIOKafkaProducer, TopicPartition
from aiokafka.structs import OffsetAndMetadata
from confluent_kafka import Producer

from agents.delivery.letter import Letter, Selection, handed_back
from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable, PipelineError
from agents.kafka import group_offsets
from agents.kafka.dead_letters import DeadLetters, DeadLetterTopic
from agents.kafka.group_offsets import GroupOffsets
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.redrive import Pace, Redrive, Redriven
from agents.settings import Settings, load_settings
from tests.support.dead_letters import a_dead_letter, own_topics, read, write
from tests.support.pipeline import eventually
from tests.support.unchecked_transactions import unchecked_transactions

Client = dict[str, object]


@pytest.fixture
def client(bootstrap: str) -> Client:
    return {"bootstrap.servers": bootstrap, "log_level": 0}


@pytest.fixture
def unchecked(client: Client) -> Iterator[None]:
    with unchecked_transactions(client):
        yield


@pytest.fixture
def topic(client: Client, topic_name: Callable[[str], str]) -> DeadLetterTopic:
    return own_topics(client, topic_name)


def settings(client: Client) -> Settings:
    return load_settings(kafka_bootstrap=str(client["bootstrap.servers"]))


def redrive(client: Client, topic: DeadLetterTopic, reason: str | None = None, **pace: int) -> int:
    with Redrive(settings(client), topic) as run:
        return run.run(Selection(reason=reason), Pace(**pace)).count


def keys(client: Client, topic: DeadLetterTopic) -> list[str]:
    return sorted(record.key.decode() for record in read(client, topic.redrive.name))


def lags(client: Client, topic: DeadLetterTopic) -> list[int]:
    return [one.lag for one in GroupOffsets(client).show(topic.position_group, [topic.name])]


def fill(client: Client, topic: DeadLetterTopic, numbers: Iterable[int]) -> None:
    """Write letters to the second partition: of even numbers `audio-missing`, else `empty`."""
    letters = [
        a_dead_letter(number, reason="empty" if number % 2 else "audio-missing")
        for number in numbers
    ]
    write(client, topic.name, letters, partition=1)


def wait_for_more(client: Client, topic: DeadLetterTopic, moved: int) -> None:
    eventually(lambda: len(keys(client, topic)) > moved or None, within_s=60, what="letters move")


async def leave_hanging(client: Client, topic: DeadLetterTopic, *, commit: bool) -> None:
    """Redrive the first letter and end that, and two more so that their copies and offsets hang."""
    group, places = topic.position_group, (0, 1)
    letters = list(DeadLetters(client).read(topic))
    producer = AIOKafkaProducer(
        bootstrap_servers=client["bootstrap.servers"], transactional_id=group
    )
    transaction = producer._txn_manager

    async def hand_back(letter: Letter, place: int) -> None:
        copy = handed_back(letter, topic.redrive.name)
        await producer.send_and_wait(copy.topic, copy.value, copy.key, partition=place)
        progress = Committed(letter.record.offset + 1)
        offset = OffsetAndMetadata(progress.offset, encode(progress))
        source = TopicPartition(*letter.record.partition)
        await producer.send_offsets_to_transaction({source: offset}, group)

    await producer.start()
    await producer.begin_transaction()
    await hand_back(letters[0], 0)
    await (producer.commit_transaction() if commit else producer.abort_transaction())
    GroupOffsets(client).wait_until_over(group, [letters[0].record.partition], topic.redrive.name)
    await producer.begin_transaction()
    # Its coordinator does not learn of these, and so never ends them.
    transaction._txn_partitions |= {TopicPartition(topic.redrive.name, place) for place in places}
    transaction.consumer_group_added(group)
    for letter, place in zip(letters[1:3], places, strict=True):
        await hand_back(letter, place)
    transaction.committing_transaction()
    transaction.complete_transaction()
    await producer.stop()


def test_a_letter_goes_back_as_it_came_and_to_the_partition_it_came_from(
    client: Client, topic: DeadLetterTopic
) -> None:
    letter = a_dead_letter(7, headers=(("x", b"1"), ("x", None)), value=b"\x00\xff")
    write(client, topic.name, [letter], partition=1)
    assert redrive(client, topic) == 1
    (record,) = read(client, topic.redrive.name)
    assert (record.key, record.value) == (b"key-7", b"\x00\xff")
    assert record.headers == (*letter.headers, ("daybook.redrive.count", b"1"))
    assert record.partition == Partition(topic.redrive.name, 0)


def test_redriven_twice_is_redriven_once(client: Client, topic: DeadLetterTopic) -> None:
    fill(client, topic, range(5))
    assert (redrive(client, topic), redrive(client, topic)) == (5, 0)
    fill(client, topic, [5])
    assert (redrive(client, topic), len(keys(client, topic))) == (1, 6)


def test_what_a_filter_left_is_handed_back_later_and_nothing_else(
    client: Client, topic: DeadLetterTopic
) -> None:
    fill(client, topic, range(9))
    assert redrive(client, topic, "empty") == 4
    assert redrive(client, topic, "empty") == 0
    assert redrive(client, topic, "audio-missing", limit=2) == 2
    assert redrive(client, topic) == 3
    assert keys(client, topic) == [f"key-{number}" for number in range(9)]


def test_the_lag_is_what_was_not_handed_back(client: Client, topic: DeadLetterTopic) -> None:
    fill(client, topic, range(4))
    redrive(client, topic, limit=3)
    assert lags(client, topic) == [0, 2]  # a letter and the marker of its transaction
    redrive(client, topic)
    assert lags(client, topic) == [0, 0]


def test_letters_know_whether_they_were_handed_back(client: Client, topic: DeadLetterTopic) -> None:
    fill(client, topic, range(4))
    redrive(client, topic, "empty")
    told = [letter.redriven for letter in DeadLetters(client).read(topic)]
    assert told == [False, True, False, True]


def test_too_scattered_a_selection_is_refused_and_moves_nothing(
    client: Client, topic: DeadLetterTopic
) -> None:
    fill(client, topic, range(4000))
    with pytest.raises(PipelineError, match="more than can be remembered"):
        redrive(client, topic, "empty")
    before = len(keys(client, topic))
    assert redrive(client, topic) == 4000 - before
    assert len(set(keys(client, topic))) == 4000


def test_a_second_run_ends_the_first(client: Client, topic: DeadLetterTopic) -> None:
    fill(client, topic, range(4))

    def second_run(_seconds: float) -> None:
        redrive(client, topic)

    with (
        Redrive(settings(client), topic, sleep=second_run) as first,
        pytest.raises(PipelineError, match="took over"),
    ):
        first.run(Selection(), Pace(rate_per_s=1))
    assert keys(client, topic) == [f"key-{number}" for number in range(4)]


def test_what_the_redrive_topic_does_not_take_stays(client: Client, topic: DeadLetterTopic) -> None:
    huge = a_dead_letter(0, value=b"x" * (topic.redrive.max_message_bytes + 1))
    write({**client, "message.max.bytes": 8 << 20}, topic.name, [huge, a_dead_letter(1)])
    with Redrive(settings(client), topic) as run:
        assert run.run(Selection(), Pace()) == Redriven(count=1, too_large=1)
    assert keys(client, topic) == ["key-1"]


def test_a_redrive_killed_in_the_middle_and_repeated_moves_each_letter_once(
    client: Client, topic: DeadLetterTopic
) -> None:
    fill(client, topic, range(200))
    arguments = [str(client["bootstrap.servers"]), topic.name, topic.redrive.name, "20"]
    moved = 0
    for _ in range(3):
        run = subprocess.Popen([sys.executable, "-m", "tests.support.redriving", *arguments])
        wait_for_more(client, topic, moved)
        run.kill()
        run.wait()
        moved = len(keys(client, topic))
    assert moved < 200
    redrive(client, topic)
    counts = Counter(keys(client, topic))
    assert (len(counts), set(counts.values())) == (200, {1})


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(("commit", "left"), [(True, 2), (False, 5)])
def test_what_a_former_redrive_left_hanging_is_ended_as_it_was_decided(
    client: Client, topic: DeadLetterTopic, *, commit: bool, left: int
) -> None:
    fill(client, topic, range(5))
    asyncio.run(leave_hanging(client, topic, commit=commit))
    assert keys(client, topic) == ["key-0"] * commit
    assert redrive(client, topic) == left
    assert keys(client, topic) == [f"key-{number}" for number in range(5)]
    assert (redrive(client, topic), lags(client, topic)) == (0, [0, 0])


def test_nothing_is_begun_while_the_last_copies_are_not_seen(
    client: Client, topic: DeadLetterTopic, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(client, topic, range(200))
    other = Producer({**client, "transactional.id": topic.redrive.name})
    other.init_transactions(30)
    other.begin_transaction()
    other.produce(topic.redrive.name, b"of another dead letter topic", partition=0)
    assert other.flush(30) == 0
    monkeypatch.setattr(group_offsets, "DEADLINE_S", 3.0)
    with pytest.raises(DependencyUnavailable, match="repeat the redrive"):
        redrive(client, topic)
    other.abort_transaction(30)
    assert len(keys(client, topic)) == 100
    assert (redrive(client, topic), len(set(keys(client, topic)))) == (100, 200)
