"""An assignment begins under its own locks, with what is committed then."""

import asyncio
from collections.abc import Iterable
from types import SimpleNamespace
from typing import Any

import pytest

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.assignment import AppGroup, Assignment
from agents.kafka.commit_context import CommitContext
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_state import Tail
from tests.support.clock import MockedClock
from tests.support.records import ELSEWHERE, HERE, a_record
from tests.support.waiting import until

TAIL = Tail(after=5, position=6)


class Locks:
    """A transactional log that keeps a journal; *gate* holds whoever locks *held*."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self.away = 0
        self.held: Partition | None = None
        self.gate = asyncio.Event()

    async def open(self, partition: Partition) -> "Lock":
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        if partition == self.held:
            await self.gate.wait()
        lock = Lock(partition, self.journal)
        self.journal.append(f"lock {lock.name}")
        return lock


class Lock:
    def __init__(self, partition: Partition, journal: list[str]) -> None:
        self.committed = Committed(5)
        self.name = f"{partition.topic}.{partition.partition}"
        self._journal = journal

    async def stop(self) -> None:
        self._journal.append(f"stop {self.name}")


class Pages:
    """A table of earlier results that keeps the journal of *locks*; unread *away* times."""

    def __init__(self, locks: Locks, *, away: int = 0) -> None:
        self._journal = locks.journal
        self._away = away

    async def assign(self, partitions: Iterable[int]) -> None:
        if self._away:
            self._away -= 1
            raise DependencyUnavailable("kafka", "no pages")
        self._journal.append(f"pages {list(partitions)}")

    async def close(self) -> None:
        self._journal.append("close pages")


class Nobody:
    """A group that says nothing."""

    def tail(self, _partition: Partition) -> None: ...


@pytest.fixture
def locks() -> Locks:
    return Locks()


def an_assignment(locks: Locks, pages: Pages | None = None) -> Assignment:
    table: Any = pages  # the real one is a class
    assignment = Assignment("transcriber", table, Health(), MockedClock())
    assignment.committer = Committer(
        CommitContext(
            transactional_log=locks,  # type: ignore[arg-type]  # same
            group_state=Nobody(),  # type: ignore[arg-type]  # nothing else is asked here
            clock=MockedClock(),
            health=Health(),
            stage="transcriber",
        )
    )
    return assignment


@pytest.fixture
def assignment(locks: Locks) -> Assignment:
    return an_assignment(locks)


async def test_what_is_committed_is_read_under_the_locks(
    assignment: Assignment, locks: Locks
) -> None:
    assert await assignment.begin([HERE]) == {HERE: Committed(5)}
    assert locks.journal == ["lock audio.received.0"]
    await assignment.close()


async def test_a_broker_that_is_away_is_waited_for(assignment: Assignment, locks: Locks) -> None:
    locks.away = 3
    await assignment.begin([HERE])
    assert locks.journal == ["lock audio.received.0"]
    await assignment.close()


async def test_an_assignment_given_up_halfway_leaves_no_lock(
    assignment: Assignment, locks: Locks
) -> None:
    locks.held = ELSEWHERE
    begun = asyncio.ensure_future(assignment.begin([HERE, ELSEWHERE]))
    await until(lambda: locks.journal)
    begun.cancel()
    await asyncio.wait((begun,))
    await assignment.begin([])
    assert locks.journal == ["lock audio.received.0", "stop audio.received.0"]


async def test_nothing_of_one_assignment_comes_between_the_steps_of_another(
    assignment: Assignment, locks: Locks
) -> None:
    """A second one would otherwise begin with what was read before its locks were taken."""
    locks.held = HERE
    first, second = (asyncio.ensure_future(assignment.begin([HERE])) for _ in range(2))
    await asyncio.sleep(0.01)
    locks.gate.set()
    await asyncio.gather(first, second)
    one = "lock audio.received.0"
    assert locks.journal == [one, "stop audio.received.0", one]
    await assignment.close()


async def test_the_pages_are_read_once_nobody_else_can_add_to_them(locks: Locks) -> None:
    assignment = an_assignment(locks, Pages(locks))
    await assignment.begin([HERE])
    assert locks.journal == ["lock audio.received.0", "pages [0]"]
    assert assignment.committer.receive(a_record(5))
    await assignment.close()
    assert locks.journal[2:] == ["stop audio.received.0", "close pages"]


async def test_pages_that_cannot_be_read_are_asked_for_again(locks: Locks) -> None:
    assignment = an_assignment(locks, Pages(locks, away=3))
    await assignment.begin([HERE])
    assert locks.journal == ["lock audio.received.0", "pages [0]"]
    assert assignment.committer.receive(a_record(5))
    await assignment.close()


async def test_an_assignment_of_nothing_reads_nothing_and_is_ready(locks: Locks) -> None:
    health = Health()
    assignment = Assignment("transcriber", None, health, MockedClock())
    assignment.committer = an_assignment(locks).committer
    await assignment.begin([])
    assert (locks.journal, health.facts()["assigned"]) == ([], True)


class FakeConsumer:
    """Faust's consumer, as far as a group is asked."""

    def __init__(self) -> None:
        self.rejoins = 0

    def assignment(self) -> set[Partition]:
        return {HERE}

    def tail(self, _partition: Partition) -> Tail:
        return TAIL

    def request_rejoin(self) -> None:
        self.rejoins += 1


async def test_the_group_is_what_the_consumer_of_the_app_knows() -> None:
    app: Any = SimpleNamespace(consumer=FakeConsumer(), rebalancing=False)
    group = AppGroup(app)
    assert (group.owned(HERE), group.owned(ELSEWHERE), group.tail(HERE)) == (True, False, TAIL)
    group.rejoin()
    assert app.consumer.rejoins == 1


async def test_in_a_rebalance_no_partition_is_sure() -> None:
    app: Any = SimpleNamespace(consumer=FakeConsumer(), rebalancing=True)
    assert not AppGroup(app).owned(HERE)
