"""What the chaos run publishes: recordings by kind, and how each kind has to end.

A recording's id says its kind, so that workers and checker need no list in common.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

STAGES = ("transcriber", "diarist", "daily")
"""The stages in the order of the stream."""
INPUTS = {
    "transcriber": "audio.received",
    "diarist": "transcripts.ready",
    "daily": "diaries.ready",
}
"""The topic that each stage reads."""

_FIRST_DAY = date(2026, 1, 1)
_USERS = 5
_DAY_OF = 100
"""Recordings, of all users together, before the next day begins."""


class Kind(StrEnum):
    """How a recording fares."""

    GOOD = "good"
    FLAKY = "flaky"
    """Fails at the transcriber's first attempt."""
    HOPELESS = "hopeless"
    """Is given up by the transcriber."""
    UNWRITABLE = "unwritable"
    """Is given up by the diarist, after all its attempts."""
    GARBAGE = "garbage"
    """No event at all, published to the topic of any stage."""


_WEIGHTS = {
    Kind.GOOD: 90,
    Kind.FLAKY: 4,
    Kind.HOPELESS: 2,
    Kind.UNWRITABLE: 2,
    Kind.GARBAGE: 2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One record to publish."""

    number: int
    kind: Kind
    topic: str

    @property
    def id(self) -> str:
        """The recording's id, and its record's key."""
        return f"{self.kind}-{self.number:06}"

    @property
    def user(self) -> str:
        """Whose recording it is."""
        return f"user-{self.number % _USERS}"

    @property
    def recorded_at(self) -> datetime:
        """When it was made: each at another moment, all of them at noon or later."""
        day = _FIRST_DAY + timedelta(days=self.number // _DAY_OF)
        return datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(
            seconds=self.number % _DAY_OF
        )

    @property
    def day_id(self) -> str:
        """The page that it belongs to."""
        return f"default/{self.user}/{self.recorded_at.date().isoformat()}"


def recordings(count: int, seed: int, stages: tuple[str, ...]) -> Iterator[Recording]:
    """Yield *count* recordings, the same for the same seed."""
    chance = random.Random(seed)
    kinds = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()), k=count)
    for number, kind in enumerate(kinds):
        stage = chance.choice(stages) if kind is Kind.GARBAGE else stages[0]
        yield Recording(number=number, kind=kind, topic=INPUTS[stage])
