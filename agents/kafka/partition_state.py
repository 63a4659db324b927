"""Which records of one partition are finished: what may be committed, without any I/O."""

from collections import deque
from collections.abc import Collection
from dataclasses import dataclass
from enum import Enum

from agents.kafka.offset_metadata import RUNS_MAX, Committed, Interval


class Arrival(Enum):
    """What a delivered record is to this owner of its partition."""

    NEW = "new"
    FINISHED = "finished"
    """An earlier owner finished it, before what lies below it."""
    REPEATED = "repeated"
    """It was delivered before, under this assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tail:
    """How far a consumer has come: from *after* up to *position* there is no record.

    Only markers lie there, and what was aborted or compacted away.
    """

    after: int | None
    """Offset behind the last record fetched, or where fetching began; None is the log's begin."""
    position: int | None
    """Offset to be fetched next; None while it is not known."""


class PartitionState:
    """The offsets of one partition, under one assignment.

    Offsets arrive in ascending order, with gaps where transactions, aborted records or compaction
    left none. Below the position everything is finished but what is open; above it only what an
    earlier owner finished ahead.
    """

    def __init__(self, committed: Committed | None) -> None:
        self._position = committed.offset if committed else None
        self._ahead = deque(committed.beyond if committed else ())
        self._open: dict[int, int | None] = {}

    def has_room(self, finishing: int = 0) -> bool:
        """Tell whether one more open record is sure to fit into the metadata.

        The next commit has *finishing* of the open ones, which need no place there.
        """
        return len(self._open) - finishing + len(self._ahead) < RUNS_MAX

    def is_open(self, offset: int) -> bool:
        """Tell whether *offset* has arrived and is not finished."""
        return offset in self._open

    @property
    def position(self) -> int | None:
        """Offset behind the last one that arrived or was passed by."""
        return self._position

    @property
    def open_offsets(self) -> Collection[int]:
        """Offsets that have arrived and are not finished, in ascending order."""
        return self._open.keys()

    @property
    def oldest_open_ms(self) -> int | None:
        """When the lowest open record was appended; None without one, or where nobody knows."""
        return next(iter(self._open.values()), None)

    def deliver(self, offset: int, appended_ms: int | None = None) -> Arrival:
        """Note that *offset* has arrived, whose record was appended at *appended_ms*."""
        if self._position is not None and offset < self._position:
            return Arrival.REPEATED
        self.pass_by(offset)
        finished = bool(self._ahead) and self._ahead[0][0] <= offset
        self._position = offset + 1
        if finished:
            return Arrival.FINISHED
        self._open[offset] = appended_ms
        return Arrival.NEW

    def pass_by(self, position: int) -> None:
        """Note that nothing below *position* is yet to arrive."""
        if self._position is None or position > self._position:
            self._position = position
        while self._ahead and self._ahead[0][1] <= position:
            self._ahead.popleft()

    def pass_by_tail(self, tail: Tail) -> None:
        """Note that there is nothing more to arrive up to the tail's position.

        Without effect while the records before it have not all arrived here.
        """
        if self._position == tail.after and tail.position is not None:
            self.pass_by(tail.position)

    def reconcile(self, committed: Committed) -> None:
        """Take over what was committed meanwhile, by whomever."""
        for offset in list(self._open):
            if committed.covers(offset):
                del self._open[offset]
        position = self._position if self._position is not None else committed.offset
        self._ahead = deque(
            (max(begin, position), end) for begin, end in committed.beyond if end > position
        )
        self.pass_by(committed.offset)

    def complete(self, offset: int) -> None:
        """Note that the work on *offset* is finished, published and committed."""
        self._open.pop(offset, None)

    def committed_with(self, finished: Collection[int]) -> Committed | None:
        """Return what to commit together with the results of *finished*.

        None before the first record of a partition of which nothing was ever committed.
        """
        if self._position is None:
            return None
        still_open = [offset for offset in self._open if offset not in finished]
        edges = [*still_open, self._position]
        below = [
            (opened + 1, following)
            for opened, following in zip(still_open, edges[1:], strict=True)
            if opened + 1 < following
        ]
        beyond = _joined([*below, *self._ahead])
        base = edges[0]
        if beyond and beyond[0][0] <= base:
            base = beyond.pop(0)[1]
        return Committed(base, tuple(beyond))


def _joined(intervals: list[Interval]) -> list[Interval]:
    """Join ascending intervals that touch or overlap."""
    joined: list[Interval] = []
    for begin, end in intervals:
        if joined and begin <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((begin, end))
    return joined
