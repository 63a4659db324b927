"""Dead letters: the original record byte for byte, and headers that say what happened to it."""

from datetime import datetime

from agents.delivery.record import Headers, Output, Record
from agents.delivery.retry import DeadLetter

MESSAGE_MAX_BYTES = 1024
"""Longest error message in a header: a message may quote input, and a record must stay small."""


def dead_letter(
    record: Record,
    decision: DeadLetter,
    *,
    topic: str,
    group: str,
    stage: str,
    at: datetime,
) -> Output:
    """Return the record that carries *record* to the dead letter topic *topic*.

    The names under `__dlq.errors.` are those that Kafka's own share groups write (KIP-1191):
    https://cwiki.apache.org/confluence/display/KAFKA/KIP-1191
    """
    facts = {
        "__dlq.errors.topic": record.partition.topic,
        "__dlq.errors.partition": str(record.partition.partition),
        "__dlq.errors.offset": str(record.offset),
        "__dlq.errors.group": group,
        "__dlq.errors.delivery.count": "1",
        "__dlq.errors.message": shorten(decision.message),
        "daybook.error.reason": decision.reason,
        "daybook.error.stage": stage,
        "daybook.error.at": at.isoformat(timespec="milliseconds"),
    }
    added: Headers = tuple((name, value.encode()) for name, value in facts.items())
    return Output(topic=topic, key=record.key, value=record.value, headers=record.headers + added)


def shorten(message: str) -> str:
    """Return *message* as text that is UTF-8 and no longer than MESSAGE_MAX_BYTES."""
    return message.encode(errors="replace")[:MESSAGE_MAX_BYTES].decode(errors="ignore")
