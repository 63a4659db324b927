"""A dead letter as operators see it, and the record that hands it back to its group."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.delivery.dead_letter import (
    AT,
    DELIVERY_COUNT,
    FACTS,
    MESSAGE,
    OFFSET,
    PARTITION,
    REASON,
    REDRIVE_COUNT,
    STAGE,
    TOPIC,
    count_of,
    facts_of,
    without_last,
)
from agents.delivery.record import Headers, Output, Record

UNKNOWN = "unknown"
"""Stands for what the headers of a dead letter do not say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """A dead letter: *record* is how it lies in the dead letter topic."""

    record: Record
    topic: str
    """Where the original record lay; so *partition* and *offset*, None where not said."""
    partition: int | None
    offset: int | None
    reason: str
    message: str
    stage: str
    at: str
    delivery_count: int
    redriven: bool = False
    """Whether it has been handed back already."""

    @property
    def original_headers(self) -> Headers:
        """Return the headers that the original record came with."""
        ours = FACTS if self.delivery_count <= 1 else (*FACTS, REDRIVE_COUNT)
        return without_last(self.record.headers, ours)


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """Which dead letters are meant: those for *reason* of which *where* is true."""

    reason: str | None = None
    where: Callable[[Letter], bool] = lambda _letter: True

    def includes(self, letter: Letter) -> bool:
        """Tell whether *letter* is meant."""
        return self.reason in {None, letter.reason} and self.where(letter)


def read_letter(record: Record, *, redriven: bool = False) -> Letter:
    """Return the dead letter in *record*, which is taken from a dead letter topic."""
    facts = facts_of(record.headers)
    return Letter(
        record=record,
        topic=facts.get(TOPIC, UNKNOWN),
        partition=count_of(facts[PARTITION]) if PARTITION in facts else None,
        offset=count_of(facts[OFFSET]) if OFFSET in facts else None,
        reason=facts.get(REASON, UNKNOWN),
        message=facts.get(MESSAGE, ""),
        stage=facts.get(STAGE, UNKNOWN),
        at=facts.get(AT, UNKNOWN),
        delivery_count=count_of(facts.get(DELIVERY_COUNT)),
        redriven=redriven,
    )


def handed_back(letter: Letter, topic: str) -> Output:
    """Return the record that hands *letter* back through its group's redrive topic *topic*.

    Key, value and headers are the original's. The dead letter's own headers go with it, so that
    it returns to where it came from, counted, if it fails again.
    """
    headers = letter.record.headers
    if letter.delivery_count > 1:
        headers = without_last(headers, (REDRIVE_COUNT,))
    # One delivery failed before the first redrive, and one more before each of the others.
    count = str(max(1, letter.delivery_count)).encode()
    return Output(
        topic=topic,
        key=letter.record.key,
        value=letter.record.value,
        headers=(*headers, (REDRIVE_COUNT, count)),
    )
