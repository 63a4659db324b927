"""Which records of one partition are finished: what may be committed, without any I/O."""


class PartitionState:
    """The offsets of one partition, from the committed one upwards, under one assignment.

    Offsets arrive in ascending order, with gaps where transactions or compaction left none.
    """

    def __init__(self, committed: int | None) -> None:
        self._next = committed
        self._open: dict[int, None] = {}

    def deliver(self, offset: int) -> bool:
        """Note that *offset* has arrived; False if it arrived before."""
        if self._next is not None and offset < self._next:
            return False
        self._open[offset] = None
        self._next = offset + 1
        return True

    def is_open(self, offset: int) -> bool:
        """Tell whether *offset* has arrived and is not finished."""
        return offset in self._open

    def complete(self, offset: int) -> None:
        """Note that the work on *offset* is finished and published."""
        self._open.pop(offset, None)

    @property
    def base(self) -> int | None:
        """Offset to commit: everything below it is finished. None before the first record."""
        return next(iter(self._open), self._next)

    @property
    def open_count(self) -> int:
        """Number of records that have arrived and are not finished."""
        return len(self._open)
