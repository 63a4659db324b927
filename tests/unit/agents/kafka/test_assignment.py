"""An assignment begins under its own locks, with what is committed then."""

import asyncio
from collections.abc import Collection, Mapping

import pytest

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.assignment import Assignment
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_committer import CommitContext
from tests.support.clock import MockedClock
from tests.support.records import ELSEWHERE, HERE
from tests.support.waiting import until


class Locks:
    """A transactional log that keeps a journal; *gate* holds whoever locks *held*."""

    def __init__(self) -> None:
        self.journal: list[str] = []
        self.away = 0
        self.held: str | None = None
        self.gate = asyncio.Event()

    async def open(self, transactional_id: str) -> "Lock":
        if self.away:
            self.away -= 1
            raise DependencyUnavailable("kafka", "away")
        if transactional_id == self.held:
            await self.gate.wait()
        self.journal.append(f"lock {transactional_id}")
        return Lock(transactional_id, self.journal)


class Lock:
    def __init__(self, transactional_id: str, journal: list[str]) -> None:
        self._id = transactional_id
        self._journal = journal

    async def stop(self) -> None:
        self._journal.append(f"stop {self._id}")


class Nobody:
    """A group that says nothing."""

    def tail(self, _partition: Partition) -> None: ...


@pytest.fixture
def locks() -> Locks:
    return Locks()


@pytest.fixture
def assignment(locks: Locks) -> Assignment:
    assignment = Assignment(None, Health())
    assignment.committer = Committer(
        CommitContext(
            transactional_log=locks,  # type: ignore[arg-type]  # the real one is a class
            group_state=Nobody(),  # type: ignore[arg-type]  # nothing else is asked here
            clock=MockedClock(),
            health=Health(),
            group="g",
            stage="transcriber",
        )
    )
    return assignment


async def read(partitions: Collection[Partition]) -> Mapping[Partition, Committed | None]:
    return dict.fromkeys(partitions, Committed(5))


async def test_what_is_committed_is_read_under_the_locks(
    assignment: Assignment, locks: Locks
) -> None:
    async def noted(
        partitions: Collection[Partition],
    ) -> Mapping[Partition, Committed | None]:
        locks.journal.append("read")
        return await read(partitions)

    assert await assignment.begin([HERE], noted) == {HERE: Committed(5)}
    assert locks.journal == ["lock g.audio.received.0", "read"]
    await assignment.close()


async def test_a_broker_that_is_away_is_waited_for(assignment: Assignment, locks: Locks) -> None:
    locks.away = 3
    await assignment.begin([HERE], read)
    assert locks.journal == ["lock g.audio.received.0"]
    await assignment.close()


async def test_an_assignment_given_up_halfway_leaves_no_lock(
    assignment: Assignment, locks: Locks
) -> None:
    locks.held = "g.audio.received.1"
    begun = asyncio.ensure_future(assignment.begin([HERE, ELSEWHERE], read))
    await until(lambda: locks.journal)
    begun.cancel()
    await asyncio.wait((begun,))
    await assignment.begin([], read)
    assert locks.journal == ["lock g.audio.received.0", "stop g.audio.received.0"]


async def test_nothing_of_one_assignment_comes_between_the_steps_of_another(
    assignment: Assignment, locks: Locks
) -> None:
    """A second one would otherwise begin with what was read before its locks were taken."""
    may_read = asyncio.Event()

    async def slow(partitions: Collection[Partition]) -> Mapping[Partition, Committed | None]:
        locks.journal.append("read")
        await may_read.wait()
        return await read(partitions)

    first, second = (asyncio.ensure_future(assignment.begin([HERE], slow)) for _ in range(2))
    await until(lambda: "read" in locks.journal)
    may_read.set()
    await asyncio.gather(first, second)
    one = ["lock g.audio.received.0", "read"]
    assert locks.journal == [*one, "stop g.audio.received.0", *one]
    await assignment.close()
