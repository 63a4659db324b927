"""How the last transaction of an id ended, and what that says about one that hangs."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum
from typing import Self

from aiokafka import TopicPartition

OFFSETS_TOPIC = "__consumer_offsets"


class Ending(Enum):
    """How a transaction ended, or will once its id has a new owner."""

    COMMITTED = "committed"
    ABORTED = "aborted"
    UNKNOWN = "unknown"
    """The id's owner has taken it over, and begun none since."""


@dataclass(frozen=True, slots=True)
class Hanging:
    """Where a transaction that is over is still open; false where nowhere."""

    partitions: frozenset[TopicPartition]
    offsets: bool

    def __bool__(self) -> bool:
        """Tell whether it is open anywhere."""
        return self.offsets or bool(self.partitions)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTransaction:
    """What is known of the last transaction of an id."""

    ending: Ending = Ending.UNKNOWN
    is_open: bool = False
    """Whether nobody has decided yet how it ends."""
    producer_id: int | None = None
    """The number that brokers know the id by; None before its first owner."""
    places: frozenset[TopicPartition] = frozenset()
    """Where it had written to while it was open; nothing where nobody looked then."""

    def then(self, later: Self) -> Self:
        """Return what is known once the brokers have said *later*, too.

        An owner that took the id over and came no further has left no trace of what was before.
        """
        if later.ending is Ending.UNKNOWN:
            return replace(self, producer_id=later.producer_id)
        if later.ending is Ending.ABORTED and not later.is_open:
            return replace(later, places=self.places)
        return later

    def taken_over(self, *, at_once: bool) -> Self:
        """Return what is known once the id has a new owner.

        A takeover has to end what is open first. One that succeeds *at_once* found nothing open:
        the former owner had committed it meanwhile.
        """
        ending = Ending.COMMITTED if self.is_open and at_once else self.ending
        return replace(self, ending=ending, is_open=False)

    def endings(self, hanging: Hanging) -> Iterator[tuple[Hanging, Ending]]:
        """Yield what of *hanging* is to be ended, and how.

        A transaction begins once its owner was told that the one before it is committed. So where
        the last one had written nothing, what hangs is of an earlier one, and committed.
        """
        earlier = Hanging(frozenset(), offsets=False)
        if self.ending is Ending.ABORTED and self.places:
            had_offsets = any(place.topic == OFFSETS_TOPIC for place in self.places)
            earlier = Hanging(hanging.partitions - self.places, hanging.offsets and not had_offsets)
        last = Hanging(
            hanging.partitions - earlier.partitions, hanging.offsets and not earlier.offsets
        )
        for part, ending in ((earlier, Ending.COMMITTED), (last, self.ending)):
            if part:
                yield part, ending
