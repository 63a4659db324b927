"""Dead letter topics of a test's own, and records for them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from confluent_kafka import Producer

from agents.delivery.dead_letter import dead_letter
from agents.delivery.record import Headers, Output
from agents.delivery.retry import DeadLetter
from agents.kafka.dead_letters import DeadLetterTopic
from agents.kafka.topic_admin import apply_plan
from agents.kafka.topic_reader import TopicReader
from tests.support.clock import NOON
from tests.support.records import a_record
from tests.support.stages import MAIN, REDRIVE, TRANSCRIBER
from topics.catalogue import load
from topics.plan import plan


def a_dead_letter(
    offset: int, *, reason: str = "audio-missing", headers: Headers = (), **changes: Any
) -> Output:
    """Build the dead letter of a record of `audio.received`."""
    record = a_record(offset, **{"headers": headers, "key": f"key-{offset}".encode(), **changes})
    decision = DeadLetter(reason, "no such file")
    return dead_letter(record, decision, topic="dlq", stage=TRANSCRIBER, at=NOON)


def own_topics(
    client: Mapping[str, object], topic_name: Callable[[str], str], *, partitions: int = 2
) -> DeadLetterTopic:
    """Make a dead letter topic and a redrive topic that no other test has."""
    catalogue = load()
    letters = replace(
        catalogue.dead_letter_topic("daybook.transcriber", MAIN),
        name=topic_name("dlq"),
        partitions=partitions,
    )
    redrive = replace(
        catalogue[REDRIVE], name=topic_name("redrive"), partitions=partitions, consumers=()
    )
    apply_plan(client, plan([letters, redrive], {}))
    return DeadLetterTopic(
        name=letters.name,
        group="daybook.transcriber",
        origin=catalogue.audio_received,
        redrive=redrive,
    )


def write(
    client: Mapping[str, object], topic: str, outputs: Iterable[Output], *, partition: int = 0
) -> None:
    """Write records to one partition of *topic*, in a transaction as workers do."""
    producer = Producer({**client, "transactional.id": f"test.{topic}"})
    producer.init_transactions(30)
    producer.begin_transaction()
    for one in outputs:
        producer.produce(
            topic, value=one.value, key=one.key, headers=list(one.headers), partition=partition
        )
    producer.commit_transaction(30)


def read(client: Mapping[str, object], topic: str) -> list[Any]:
    """Return the committed records of *topic*."""
    with TopicReader(client, [topic]) as reader:
        return list(reader.read_to_end())
