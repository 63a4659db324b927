"""Records as they arrive and as they leave, and what a finished piece of work amounts to."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

Headers = tuple[tuple[str, bytes | None], ...]
"""Record headers in their order; names may repeat."""


BATCH_OVERHEAD_BYTES = 61 + 40
"""Bytes that a batch of one record has beside key, value and headers: 61 of the batch's own and
at most 40 of the record's, https://kafka.apache.org/documentation/#messageformat."""
HEADER_OVERHEAD_BYTES = 10
"""Bytes of the two varints before a header's name and value."""


class Partition(NamedTuple):
    """One partition of one topic."""

    topic: str
    partition: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record as the broker delivered it."""

    partition: Partition
    offset: int
    timestamp_ms: int | None
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def position(self) -> tuple[Partition, int]:
        """Where the record lies: unique in the cluster."""
        return self.partition, self.offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Output:
    """One record to publish."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: Headers = ()

    @property
    def size_bytes(self) -> int:
        """Size that counts against a topic's limit, with what Kafka adds."""
        headers = sum(
            len(name) + len(value or b"") + HEADER_OVERHEAD_BYTES for name, value in self.headers
        )
        return len(self.key or b"") + len(self.value or b"") + headers + BATCH_OVERHEAD_BYTES


class Outcome(StrEnum):
    """How work on a record ended."""

    DONE = "done"
    DEAD_LETTER = "dead_letter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Completion:
    """Finished work: these records are done once these outputs are published, both or neither."""

    records: tuple[Record, ...]
    outputs: tuple[Output, ...]
    outcome: Outcome = Outcome.DONE
    reason: str | None = None
    """Why it is given up."""
    of_failed_work: bool = False
    """Whether it gives up what this worker could not do, rather than what nobody can."""
    then: tuple[Callable[[], Awaitable[None]], ...] = field(default=(), repr=False)
    """What is done once it is published, by whoever published it."""
