"""Records that were taken and that nobody works on end in a new assignment."""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from agents.delivery.record import Partition
from agents.kafka.lost_records import LostRecords
from agents.kafka.partition_state import Tail
from tests.support.records import HERE, a_record
from tests.support.transactional_log import FakeCluster, a_committer

Position = tuple[Partition, int]


@dataclass
class Worked:
    """What a worker has in work, and whether its stream waits."""

    positions: Collection[Position] = ()
    idle: bool = True
    cluster: FakeCluster = field(default_factory=FakeCluster)

    def holds(self, position: Position) -> bool:
        return position in self.positions


@asynccontextmanager
async def watched(worked: Worked, *arrived: int) -> AsyncIterator[LostRecords]:
    committer = a_committer(worked.cluster)
    await committer.fence([HERE])
    committer.begin()
    for offset in arrived:
        committer.receive(a_record(offset))
    yield LostRecords(
        committer, in_work=worked.holds, stream=worked, group=worked.cluster, stage="transcriber"
    )
    await committer.release()


async def test_a_record_that_nobody_works_on_for_two_looks_forces_a_rejoin() -> None:
    worked = Worked(positions={(HERE, 0)})
    async with watched(worked, 0, 1) as lost:
        lost.look()
        assert worked.cluster.rejoins == 0
        lost.look()
    assert worked.cluster.rejoins == 1


async def test_records_in_work_are_not_lost_however_long_they_take() -> None:
    worked = Worked(positions={(HERE, 0), (HERE, 1)})
    async with watched(worked, 0, 1) as lost:
        for _ in range(5):
            lost.look()
    assert worked.cluster.rejoins == 0


async def test_what_was_fetched_and_never_arrives_at_an_idle_stream_forces_a_rejoin() -> None:
    worked = Worked()
    worked.cluster.tails[HERE] = Tail(after=3, position=3)
    async with watched(worked) as lost:
        lost.look()
        lost.look()
    assert worked.cluster.rejoins == 1


async def test_what_was_fetched_waits_for_a_stream_that_is_full() -> None:
    worked = Worked(idle=False)
    worked.cluster.tails[HERE] = Tail(after=3, position=3)
    async with watched(worked) as lost:
        for _ in range(3):
            lost.look()
    assert worked.cluster.rejoins == 0


async def test_a_new_assignment_is_given_time_before_it_is_asked_for_again() -> None:
    worked = Worked()
    async with watched(worked, 0) as lost:
        for _ in range(3):
            lost.look()
    assert worked.cluster.rejoins == 1
