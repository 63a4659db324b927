"""The topics that follow from a declared one: dead letters and redrives of each group."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from topics.topic import Consumer, Slo, Topic

REDRIVE_BYTES = 3 * 512 * 1024
"""Size of a redriven message: any input with the headers of its dead letter."""

DEAD_LETTER_BYTES = 2 * 1024 * 1024
"""Size of a dead letter: any input, redriven or not, with its headers."""


def dead_letter_name(group: str, topic: str) -> str:
    """Return the name of a group's dead letters from a topic."""
    return f"dlq.{group}.{topic}"


def side_topics(topic: Topic) -> Iterator[Topic]:
    """Yield the dead letter and redrive topics of each group that works on a topic.

    They have the partitions and keys of their topic, so a redriven record is beside its peers.
    """
    for consumer in topic.consumers:
        if consumer.group is not None:
            yield _dead_letters(topic, consumer.agent, consumer.group)
        if consumer.redrive is not None:
            yield _redrive(topic, consumer, consumer.redrive)


def _dead_letters(topic: Topic, agent: str, group: str) -> Topic:
    return replace(
        topic,
        name=dead_letter_name(group, topic.name),
        description=f"What {group} could not work on of {topic.name}, byte for byte.",
        config=_kept_for_operators(topic, DEAD_LETTER_BYTES),
        producers=(agent,),
        consumers=(),
        slo=Slo(),
    )


def _redrive(topic: Topic, consumer: Consumer, name: str) -> Topic:
    return replace(
        topic,
        name=name,
        description=f"Dead letters of {topic.name} handed back to {consumer.group}.",
        config=_kept_for_operators(topic, REDRIVE_BYTES),
        producers=("cli",),
        consumers=(replace(consumer, redrive=None),),
    )


def _kept_for_operators(topic: Topic, size_bytes: int) -> Mapping[str, str]:
    kept = {"cleanup.policy": "delete", "retention.ms": topic.config["retention.ms"]}
    return kept | {"max.message.bytes": str(size_bytes)}
