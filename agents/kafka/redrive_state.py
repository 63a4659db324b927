"""Which dead letters of one partition have been handed back: pure, and ready to be committed."""

from agents.kafka.offset_metadata import Committed, Interval


class RedriveState:
    """What has been handed back, as it was committed and as it grows.

    Records are seen in ascending order, all from the committed offset on. Offsets without
    a record, such as transactions leave behind, count with the record before them.
    """

    def __init__(self, committed: Committed) -> None:
        self._before = committed
        self._base = committed.offset
        self._runs: list[Interval] = []
        self._next = committed.offset
        self._any_open = False
        self._last_done = True

    def see(self, offset: int, *, done: bool) -> None:
        """Note the next record, and whether it has been handed back by now."""
        if self._last_done:
            self._extend(offset)
        if done:
            if not self._last_done:
                self._runs.append((offset, offset))
            self._last_done = True
            self._extend(offset + 1)
        else:
            self._any_open = True
            self._last_done = False
        self._next = offset + 1

    def pass_by(self, end: int) -> None:
        """Note that there is no record from the last one seen up to *end*."""
        if self._last_done and end > self._next:
            self._extend(end)
            self._next = end

    def committed(self) -> Committed:
        """Return what to commit: of records not seen yet, what it was."""
        runs = list(self._runs)
        base = self._base
        for begin, end in self._before.beyond:
            first = max(begin, self._next)
            if first >= end:
                continue
            if not self._any_open and first <= base:
                base = end
            elif runs and first <= runs[-1][1]:
                runs[-1] = (runs[-1][0], end)
            else:
                runs.append((first, end))
        return Committed(base, tuple(runs))

    def _extend(self, end: int) -> None:
        """Let what is done without a gap reach up to *end*."""
        if not self._any_open:
            self._base = end
        else:
            self._runs[-1] = (self._runs[-1][0], end)
