"""What begins anew whenever the group gives a worker its partitions, and what it knows of that."""

from collections.abc import Collection, Mapping

from agents.delivery.record import Partition
from agents.health import Health
from agents.kafka.app import App
from agents.kafka.committer import Committer
from agents.kafka.compacted_table import CompactedTable
from agents.kafka.offset_metadata import Committed


class Assignment:
    """Begins each assignment: locks, committers, and the table of earlier results."""

    committer: Committer

    def __init__(self, table: CompactedTable | None, health: Health) -> None:
        self._table = table
        self._health = health

    async def fence(self, partitions: Collection[Partition]) -> None:
        """Lock the partitions."""
        self._health.assigned(yes=False)
        await self.committer.fence(partitions)

    async def begin(self, committed: Mapping[Partition, Committed | None]) -> None:
        """Read the table as it is now that nobody else writes to it, and begin."""
        if self._table is not None:
            await self._table.assign({partition.partition for partition in committed})
        self.committer.begin(committed)
        self._health.assigned(yes=True)

    async def close(self) -> None:
        """End the work on all partitions."""
        await self.committer.release()
        if self._table is not None:
            await self._table.close()

    def connect(self, app: App) -> None:
        """Hear of empty assignments, too: Faust seeks, and so tells us, only if there is one."""

        async def on_rebalance_complete(_app: App, **_kwargs: object) -> None:
            if not app.consumer.assignment():
                await self.fence(())
                await self.begin({})

        app.on_rebalance_complete.connect(on_rebalance_complete)


class AppGroup:
    """The consumer group, as an app's consumer sees it; there is none before the app starts."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def read_committed(self, partition: Partition) -> Committed | None:
        """Return what is committed; raises DependencyUnavailable."""
        found = await self._app.consumer.read_committed_once([partition])
        committed: Committed | None = found[partition]
        return committed

    def owned(self, partition: Partition) -> bool:
        """Tell whether the group gives *partition* to this worker, as far as it knows."""
        return not self._app.rebalancing and partition in self._app.consumer.assignment()

    def tail(self, partition: Partition) -> tuple[int, int] | None:
        """Return the last record fetched, and the position behind what follows it."""
        tail: tuple[int, int] | None = self._app.consumer.tail(partition)
        return tail

    def rejoin(self) -> None:
        """Ask for a new assignment."""
        self._app.consumer.request_rejoin()
