"""What is declared of a topic."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Consumer:
    """An agent that reads a topic: with its group, or all of it without one.

    `redrive` names the topic through which operators hand dead letters back to the group.
    """

    agent: str
    group: str | None = None
    redrive: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Slo:
    """What is promised of a topic; no `lag_seconds` where no group works on it."""

    lag_seconds: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic as it shall be; `key` says what its records' keys are made of."""

    name: str
    description: str
    key: str
    schema: str | None
    partitions: int
    config: Mapping[str, str]
    producers: tuple[str, ...]
    consumers: tuple[Consumer, ...]
    pii: bool
    slo: Slo

    @property
    def compacted(self) -> bool:
        """Tell whether the newest record of a key is kept for good."""
        return "compact" in self.config["cleanup.policy"].split(",")

    @property
    def groups(self) -> tuple[str, ...]:
        """Return the consumer groups that work on this topic."""
        return tuple(consumer.group for consumer in self.consumers if consumer.group)

    def serves(self, agent: str) -> bool:
        """Tell whether an agent writes this topic, or reads it with its group."""
        return agent in self.producers or any(c.group and c.agent == agent for c in self.consumers)

    @property
    def redrives(self) -> Mapping[str, str]:
        """Return the redrive topic of each group that has one for this topic."""
        return {c.group: c.redrive for c in self.consumers if c.group and c.redrive}

    @property
    def max_message_bytes(self) -> int:
        """Return the size that a batch of records may have."""
        return int(self.config["max.message.bytes"])
