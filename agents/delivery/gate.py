"""Lets records of some topics in only as far as what they wait for allows; the others pass by."""

import threading
from collections.abc import Callable, Iterable

from agents.delivery.record import Partition

PARKED_MAX = 200
"""Records that may wait in one worker beside those in work: each is a transcript in memory, and an
open offset in what its partition's commit has room for."""

Position = tuple[Partition, int]


class Gate:
    """Counts the records of *topics* that were let in and are not finished.

    *allowed* tells how many there may be at this moment. Asked from the thread that fetches, told
    from the loop that works.
    """

    def __init__(self, topics: Iterable[str], allowed: Callable[[], int]) -> None:
        self.topics = frozenset(topics)
        self._allowed = allowed
        self._lock = threading.Lock()
        self._fetched: set[Position] = set()
        self._inside: set[Position] = set()
        self._parked: set[Position] = set()

    def room(self) -> int:
        """Return how many more records may be let in now."""
        allowed = self._allowed()
        with self._lock:
            return max(0, allowed - len(self._inside) - len(self._fetched))

    def let_in(self, positions: Iterable[Position]) -> None:
        """Note the records at *positions*, which were fetched."""
        with self._lock:
            self._fetched.update(set(positions) - self._parked - self._inside)

    def working(self, position: Position) -> None:
        """Note that work on the record there has begun."""
        with self._lock:
            if position in self._fetched:
                self._fetched.discard(position)
                self._inside.add(position)

    def park(self, position: Position) -> bool:
        """Let the record there wait beside those that count: another may come in its place.

        False if there are too many of them: it counts on.
        """
        with self._lock:
            if position not in self._parked and len(self._parked) >= PARKED_MAX:
                return False
            self._fetched.discard(position)
            self._inside.discard(position)
            self._parked.add(position)
            return True

    def finished(self, position: Position) -> None:
        """Forget the record there."""
        with self._lock:
            self._fetched.discard(position)
            self._inside.discard(position)
            self._parked.discard(position)

    def begin_anew(self) -> None:
        """Forget what was fetched and is in nobody's hands: a new assignment brings it again."""
        with self._lock:
            self._fetched.clear()
