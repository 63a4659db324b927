"""Finds records that were taken from a partition and that nobody works on: none is ever left so.

Nothing known leads there, and it was never seen. But such a record would hold its partition's
offset, and with it the lag, until the next rebalance: so it asks for one.
"""

from collections.abc import Callable, Iterator
from typing import Protocol

import structlog

from agents import metrics
from agents.delivery.clock import Clock
from agents.delivery.record import Partition
from agents.kafka.commit_context import GroupState
from agents.kafka.committer import Committer

log = structlog.get_logger()

LOOK_S = 30.0
"""Time between looks, in seconds. What two of them find is lost: records pass from the consumer
to their work, and from their work to the log, in far less."""

Suspect = tuple[object, Partition, int]
"""An assignment of a partition, and the offset that is not moving."""


class WaitingStream(Protocol):
    """What hands records on."""

    @property
    def idle(self) -> bool:
        """Whether it waits for records, rather than for room to hand one on."""
        ...


class LostRecords:
    """Looks again and again, and asks the group for a new assignment where a record is lost."""

    def __init__(
        self,
        committer: Committer,
        *,
        in_work: Callable[[tuple[Partition, int]], bool],
        stream: WaitingStream,
        group: GroupState,
        stage: str,
    ) -> None:
        self._committer = committer
        self._in_work = in_work
        self._stream = stream
        self._group = group
        self._stage = stage
        self._suspects: frozenset[Suspect] = frozenset()

    async def watch(self, clock: Clock) -> None:
        """Look for as long as the worker runs."""
        while True:
            await clock.sleep(LOOK_S)
            self.look()

    def look(self) -> None:
        """Look once: what the look before has found, too, is lost."""
        found = frozenset((*self._forgotten(), *self._undelivered()))
        lost = found & self._suspects
        self._suspects = frozenset() if lost else found
        if lost:
            places = sorted((partition, offset) for _, partition, offset in lost)
            log.error("lost records", stage=self._stage, places=places[:10], count=len(lost))
            metrics.LOST_RECORDS.labels(self._stage).inc(len(lost))
            self._group.rejoin()

    def _forgotten(self) -> Iterator[Suspect]:
        """Yield what has arrived, is not finished, and is not in work."""
        for partition, one in self._committer.held.items():
            for offset in one.open_offsets:
                if not self._in_work((partition, offset)):
                    yield one, partition, offset

    def _undelivered(self) -> Iterator[Suspect]:
        """Yield what the consumer has fetched and the stream, idle as it is, does not bring."""
        if not self._stream.idle:
            return
        for partition, one in self._committer.held.items():
            tail = self._group.tail(partition)
            if tail is None or tail.after is None:
                continue
            if one.position is None or one.position < tail.after:
                yield one, partition, one.position or 0
