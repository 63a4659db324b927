"""What the committers of a worker's partitions share."""

from dataclasses import dataclass
from typing import Protocol

from agents.delivery.clock import Clock
from agents.delivery.record import Partition
from agents.health import Health
from agents.kafka.partition_state import Tail
from agents.kafka.transactional_log import TransactionalLog


class GroupState(Protocol):
    """What the consumer knows of its group."""

    def owned(self, partition: Partition) -> bool:
        """Tell whether the group gives *partition* to this worker, as far as it knows."""
        ...

    def tail(self, partition: Partition) -> Tail | None:
        """Return how far the consumer has come in *partition*; None where it does not know."""
        ...

    def rejoin(self) -> None:
        """Ask for a new assignment, since somebody else took a partition."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitContext:
    """What the committers of a worker's partitions share."""

    transactional_log: TransactionalLog
    group_state: GroupState
    clock: Clock
    health: Health
    stage: str
