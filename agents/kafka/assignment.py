"""What begins anew whenever the group gives a worker its partitions, and what it knows of that."""

import asyncio
from collections.abc import Collection, Mapping

import structlog

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.health import Health
from agents.kafka.app import App
from agents.kafka.committer import Committer
from agents.kafka.compacted_table import CompactedTable
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_committer import RECOVER_S
from agents.kafka.partition_state import Tail

log = structlog.get_logger()


class Assignment:
    """Begins each assignment: locks, committers, and the table of earlier results."""

    committer: Committer

    def __init__(
        self, stage: str, table: CompactedTable | None, health: Health, clock: Clock
    ) -> None:
        self._stage = stage
        self._table = table
        self._health = health
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()

    async def begin(
        self, partitions: Collection[Partition]
    ) -> Mapping[Partition, Committed | None]:
        """End all former work, and begin with what is committed once the partitions are locked.

        Lock, read, begin: the order is the whole safety, and nothing of one assignment may come
        between the steps of another. The table is read when nobody else writes to it any more.
        """
        metrics.REBALANCES.labels(self._stage).inc()
        with metrics.ASSIGNMENT_SECONDS.labels(self._stage).time():
            return await self._begin(partitions)

    async def _begin(
        self, partitions: Collection[Partition]
    ) -> Mapping[Partition, Committed | None]:
        async with self._one_at_a_time:
            self._health.assigned(yes=False)
            await self.committer.fence(partitions)
            if self._table is not None:
                await self._read(self._table, {partition.partition for partition in partitions})
            committed = self.committer.begin()
            self._health.assigned(yes=True)
            return committed

    async def _read(self, table: CompactedTable, partitions: Collection[int]) -> None:
        with self._health.waiting_for("kafka"):
            while True:
                try:
                    await table.assign(partitions)
                except DependencyUnavailable as error:
                    log.warning("reading the table", error=str(error))
                    await self._clock.sleep(RECOVER_S)
                else:
                    return

    async def close(self) -> None:
        """End the work on all partitions."""
        await self.committer.release()
        if self._table is not None:
            await self._table.close()

    def connect(self, app: App) -> None:
        """Hear of empty assignments, too: Faust seeks, and so tells us, only if there is one."""

        async def on_rebalance_complete(_app: App, **_kwargs: object) -> None:
            if not app.consumer.assignment():
                await self.begin(())

        app.on_rebalance_complete.connect(on_rebalance_complete)


class AppGroup:
    """The consumer group, as an app's consumer sees it; there is none before the app starts."""

    def __init__(self, app: App) -> None:
        self._app = app

    def owned(self, partition: Partition) -> bool:
        """Tell whether the group gives *partition* to this worker, as far as it knows."""
        return not self._app.rebalancing and partition in self._app.consumer.assignment()

    def tail(self, partition: Partition) -> Tail | None:
        """Return how far the consumer has come in *partition*; None where it does not know."""
        tail: Tail | None = self._app.consumer.tail(partition)
        return tail

    def rejoin(self) -> None:
        """Ask for a new assignment."""
        self._app.consumer.request_rejoin()
