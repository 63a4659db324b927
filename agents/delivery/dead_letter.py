"""Dead letters: the original record byte for byte, and headers that say what happened to it."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from agents.delivery.record import Headers, Output, Record
from agents.delivery.retry import DeadLetter
from agents.delivery.stage import Stage

MESSAGE_MAX_BYTES = 1024
"""Longest error message in a header: a message may quote input, and a record must stay small."""

TOPIC = "__dlq.errors.topic"
PARTITION = "__dlq.errors.partition"
OFFSET = "__dlq.errors.offset"
GROUP = "__dlq.errors.group"
DELIVERY_COUNT = "__dlq.errors.delivery.count"
MESSAGE = "__dlq.errors.message"
REASON = "daybook.error.reason"
STAGE = "daybook.error.stage"
AT = "daybook.error.at"
FACTS = (TOPIC, PARTITION, OFFSET, GROUP, DELIVERY_COUNT, MESSAGE, REASON, STAGE, AT)
"""Headers of a dead letter, in the order in which they follow the original's own."""
REDRIVE_COUNT = "daybook.redrive.count"
"""Header of a record handed back to its group: how many times it has been."""


_NUMBER = re.compile(r"[0-9]{1,18}")


def dead_letter(
    record: Record, decision: DeadLetter, *, topic: str, stage: Stage[Any], at: datetime
) -> Output:
    """Return the record that carries *record* to the dead letter topic *topic*.

    A record of the stage's redrive topic is a dead letter that failed again: it keeps where it
    first lay, its count is raised, and the rest of its dead letter's headers are replaced. On any
    other topic such headers are somebody else's, and stay.

    The names under `__dlq.errors.` are those that Kafka's own share groups write (KIP-1191):
    https://cwiki.apache.org/confluence/display/KAFKA/KIP-1191
    """
    before = facts_of(record.headers) if stage.redrove(record) else {}
    facts = {
        **_origin(record, before),
        GROUP: stage.group,
        DELIVERY_COUNT: str(count_of(before.get(DELIVERY_COUNT)) + 1),
        MESSAGE: shorten(decision.message),
        REASON: decision.reason,
        STAGE: stage.name,
        AT: at.isoformat(timespec="milliseconds"),
    }
    added: Headers = tuple((name, value.encode()) for name, value in facts.items())
    kept = without_last(record.headers, before)
    return Output(topic=topic, key=record.key, value=record.value, headers=kept + added)


def facts_of(headers: Headers) -> dict[str, str]:
    """Return what the headers of a dead letter, redriven or not, say of it.

    The last of a name is ours: any before it came with the original record.
    """
    return {
        name: value.decode(errors="replace")
        for name, value in headers
        if name in FACTS and value is not None
    }


def without_last(headers: Headers, names: Iterable[str]) -> Headers:
    """Return *headers* without the last one of each of *names*."""
    last = {name: position for position, (name, _) in enumerate(headers)}
    dropped = {last[name] for name in names if name in last}
    return tuple(header for position, header in enumerate(headers) if position not in dropped)


def count_of(text: str | None) -> int:
    """Return the number in a header, 0 where there is none."""
    return int(text) if text is not None and _NUMBER.fullmatch(text) else 0


def shorten(message: str) -> str:
    """Return *message* as text that is UTF-8 and no longer than MESSAGE_MAX_BYTES."""
    return message.encode(errors="replace")[:MESSAGE_MAX_BYTES].decode(errors="ignore")


def _origin(record: Record, before: dict[str, str]) -> dict[str, str]:
    """Return where the record first lay: where its dead letter says, or else here."""
    origin = {name: before[name] for name in (TOPIC, PARTITION, OFFSET) if name in before}
    here = {
        TOPIC: record.partition.topic,
        PARTITION: str(record.partition.partition),
        OFFSET: str(record.offset),
    }
    return origin if origin.keys() == here.keys() else here
