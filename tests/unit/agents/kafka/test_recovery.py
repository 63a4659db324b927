"""After a transaction of unknown outcome: what was committed meanwhile decides."""

from collections.abc import Sequence

import pytest

from agents.delivery.record import Completion, Output, Partition, Record
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.commit_context import CommitContext
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import Committed
from tests.support.clock import MockedClock
from tests.support.records import HERE, a_record


class Cluster:
    """Brokers and group at once: the first transaction fails, and *committed* is found then."""

    def __init__(self, committed: Committed) -> None:
        self.committed = Committed(0)
        self._found = committed
        self.failures = 1
        self.transactions: list[tuple[int, Committed]] = []
        self.rejoined = 0

    async def open(self, _partition: Partition) -> "Cluster":
        return self

    async def stop(self) -> None: ...

    async def transact(self, outputs: Sequence[Output], committed: Committed) -> None:
        if self.failures:
            self.failures -= 1
            self.committed = self._found
            raise DependencyUnavailable("kafka", "the outcome is unknown")
        self.transactions.append((len(outputs), committed))

    def owned(self, _partition: Partition) -> bool:
        return True

    def tail(self, _partition: Partition) -> None: ...

    def rejoin(self) -> None:
        self.rejoined += 1


async def committing(cluster: Cluster) -> tuple[Committer, list[Record]]:
    """Return a committer that has received the records 0 and 1."""
    committer = Committer(
        CommitContext(
            transactional_log=cluster,  # type: ignore[arg-type]  # the real one is a class
            group_state=cluster,
            clock=MockedClock(),
            health=Health(),
            stage="daily",
        )
    )
    await committer.fence([HERE])
    committer.begin()
    records = [a_record(offset) for offset in (0, 1)]
    assert all(committer.receive(record) for record in records)
    return committer, records


def folded(*records: Record) -> Completion:
    return Completion(records=records, outputs=(Output(topic="t", key=b"k", value=b"v"),))


async def test_what_did_not_happen_is_published_again() -> None:
    cluster = Cluster(Committed(0))
    committer, records = await committing(cluster)
    assert await committer.publish(folded(*records))
    assert cluster.transactions == [(1, Committed(2))]
    await committer.release()


async def test_what_did_happen_is_not_published_again() -> None:
    cluster = Cluster(Committed(2))
    committer, records = await committing(cluster)
    assert await committer.publish(folded(*records))
    assert not cluster.transactions
    await committer.release()


@pytest.mark.parametrize("committed", [Committed(1), Committed(0, ((1, 2),))])
async def test_what_another_worker_finished_in_part_is_begun_anew(committed: Committed) -> None:
    cluster = Cluster(committed)
    committer, records = await committing(cluster)
    assert not await committer.publish(folded(*records))
    assert not cluster.transactions
    assert cluster.rejoined == 1
    await committer.release()
