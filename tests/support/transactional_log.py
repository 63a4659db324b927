"""Brokers that take transactions, and the group of the worker that sends them."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from enum import Enum

from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.commit_context import CommitContext
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_log import Fenced
from agents.kafka.partition_state import Tail
from tests.support.clock import MockedClock

Transaction = tuple[tuple[bytes | None, ...], Partition, Committed]
"""The values of the outputs, and what is committed with them."""


class Lost(Enum):
    """What became of a transaction whose answer is lost."""

    ABORTED = "aborted"
    COMMITTED = "committed"


class FakeCluster:
    """Holds what was committed; *answers* is how the next transactions end, if not well.

    While `gate` is clear, no transaction ends; `asked` counts those that have begun. The next
    `unlocked` requests for a lock go unanswered, the next `unread` for what is committed, and the
    next `unverified` whether a transaction hangs; `hangs` says that one does until the next lock.
    """

    def __init__(self, *answers: Lost | Exception) -> None:
        self.transactions: list[Transaction] = []
        self.committed: dict[Partition, Committed] = {}
        self.epochs: Counter[Partition] = Counter()
        self.hangs = False
        self.open_logs = self.asked = self.rejoins = 0
        self.unlocked = self.unread = self.unverified = 0
        self.owns = True
        self.tails: dict[Partition, Tail] = {}
        self.gate = asyncio.Event()
        self.gate.set()
        self._answers = list(answers)

    async def open(self, partition: Partition) -> "FakePartitionLog":
        if self.unlocked:
            self.unlocked -= 1
            raise DependencyUnavailable("kafka", "no lock")
        self.epochs[partition] += 1
        if self.unread:
            self.unread -= 1
            raise DependencyUnavailable("kafka", "no offsets")
        self.hangs = False
        self.open_logs += 1
        return FakePartitionLog(self, partition)

    def owned(self, _partition: Partition) -> bool:
        return self.owns

    def tail(self, partition: Partition) -> Tail | None:
        return self.tails.get(partition)

    def rejoin(self) -> None:
        self.rejoins += 1

    def take(self, transaction: Transaction) -> None:
        """End *transaction* as the next of the answers says."""
        answer = self._answers.pop(0) if self._answers else None
        if isinstance(answer, Exception):
            raise answer
        if answer is not Lost.ABORTED:
            _outputs, partition, self.committed[partition] = transaction
            self.transactions.append(transaction)
        if answer is not None:
            raise DependencyUnavailable("kafka", "the answer is lost")


class FakePartitionLog:
    """A transactional producer; of no use once its id has another epoch."""

    def __init__(self, cluster: FakeCluster, partition: Partition) -> None:
        self._cluster = cluster
        self._partition = partition
        self._epoch = cluster.epochs[partition]
        self.committed = cluster.committed.get(partition)
        self._stopped = False

    async def transact(self, outputs: Sequence[Output], committed: Committed) -> None:
        self._cluster.asked += 1
        await self._cluster.gate.wait()
        if self._epoch != self._cluster.epochs[self._partition]:
            raise Fenced(str(self._partition))
        values = tuple(output.value for output in outputs)
        self._cluster.take((values, self._partition, committed))

    async def verify(self) -> bool:
        if self._cluster.unverified:
            self._cluster.unverified -= 1
            raise DependencyUnavailable("kafka", "no answer")
        return not self._cluster.hangs

    async def stop(self) -> None:
        if not self._stopped:
            self._stopped = True
            self._cluster.open_logs -= 1


def a_committer(
    cluster: FakeCluster, clock: MockedClock | None = None, health: Health | None = None
) -> Committer:
    """Build a committer that commits to *cluster*."""
    return Committer(
        CommitContext(
            transactional_log=cluster,  # type: ignore[arg-type]  # the real one is a class
            group_state=cluster,
            clock=clock or MockedClock(),
            health=health or Health(),
            stage="transcriber",
        )
    )
