"""One stage of the pipeline as data, and what its author's function is given."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar

from agents.delivery.record import Completion, Record
from schemas import Event, StageState

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage(Generic[E]):
    """What one agent reads, and the names it goes by."""

    name: str
    """Short name: of the agent, in statuses and in metrics."""
    group: str
    """Kafka consumer group."""
    event_type: type[E]
    topics: tuple[str, ...]
    """Topics to read: the stage's own first, then its redrive topic."""
    in_flight: int
    """Records worked on, or held, at the same time."""
    side_topics: tuple[str, ...] = ()
    """Further topics of the same events, read only as far as a gate lets them in."""
    co_partitioned: bool = False
    """Whether partitions of the same number, of all topics, go to the same worker."""

    def redrove(self, record: Record) -> bool:
        """Tell whether *record* is a dead letter that was handed back to the group."""
        return record.partition.topic in self.topics[1:]

    def beside(self, record: Record) -> bool:
        """Tell whether *record* comes from one of the side topics."""
        return record.partition.topic in self.side_topics


@dataclass(frozen=True, slots=True)
class Received(Generic[E]):
    """A record and the event in it."""

    record: Record
    event: E


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One attempt at one piece of work."""

    attempt: int
    report: Callable[[StageState, float | None], None] = field(repr=False)
    """Tell people how far the work is; best effort, costs no waiting."""
    beside: bool = False
    """Whether its record comes from a side topic."""
    afterwards: Callable[[Callable[[], Awaitable[None]]], None] = field(
        repr=False, default=lambda _then: None
    )
    """Have something done once the attempt's results are published; it must not fail."""
    park: Callable[[], bool] = field(repr=False, default=lambda: True)
    """Give the room to another record while this one waits for long; taken again by nobody. False
    where so many wait already that the gate lets no other in for this one."""
    rest: Callable[[float], Awaitable[None]] = field(repr=False, default=asyncio.sleep)
    """Wait so many seconds, with nothing that a worker which stops would have to wait for."""


@dataclass(frozen=True, slots=True)
class Forwarded:
    """An event that goes to another topic than events of its type do."""

    event: Event
    topic: str


Result = Event | Forwarded

Step = Callable[[E, Job], Awaitable[Sequence[Result]]]
"""An agent's own function: one event in, the events it leads to out."""

Fold = Callable[[str, Sequence[E]], Awaitable[Sequence[Result]]]
"""An agent's own function: a key and its new events in offset order, to what they lead to."""


class Publisher(Protocol):
    """Makes finished work last."""

    def publish(self, completion: Completion) -> Awaitable[bool]:
        """Publish the outputs and complete the records; what is returned waits for both to last.

        False: a partition has moved to another worker, who does the work; nothing was published.
        """
        ...
