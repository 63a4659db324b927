"""Which records of which key are held, and when their hold ends: state without a clock."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldPolicy:
    """How long events of one key are gathered before they are folded."""

    debounce_s: float = 5.0
    """Rest after the last event of a key."""
    max_wait_s: float = 60.0
    """Longest hold, counted from the first event."""


@dataclass(slots=True)
class _Hold(Generic[T]):
    first_at: float
    last_at: float
    items: list[T] = field(default_factory=list)


class HoldsState(Generic[K, T]):
    """Held items by key; times are seconds on the caller's monotonic clock.

    A key whose items were taken is busy until `finished`; what arrives meanwhile is the next hold.
    """

    def __init__(self, policy: HoldPolicy) -> None:
        self._policy = policy
        self._holds: dict[K, _Hold[T]] = {}
        self._busy: set[K] = set()
        self._hurry = False

    def add(self, key: K, item: T, now: float) -> None:
        """Hold *item*."""
        hold = self._holds.setdefault(key, _Hold(now, now))
        hold.items.append(item)
        hold.last_at = now

    def hurry(self, *, on: bool) -> None:
        """End every hold at once, until told otherwise."""
        self._hurry = on

    def due_at(self) -> float | None:
        """Return when the next hold of an idle key ends; None if there is none."""
        return min(
            (self._end(hold) for key, hold in self._holds.items() if key not in self._busy),
            default=None,
        )

    def take_due(self, now: float) -> list[tuple[K, list[T]]]:
        """Take the items of every idle key whose hold has ended; those keys are busy now."""
        due = [
            key
            for key, hold in self._holds.items()
            if key not in self._busy and self._end(hold) <= now
        ]
        self._busy.update(due)
        return [(key, self._holds.pop(key).items) for key in due]

    def finished(self, key: K) -> None:
        """Say that the fold of *key* is over."""
        self._busy.discard(key)

    def _end(self, hold: _Hold[T]) -> float:
        if self._hurry:
            return hold.first_at
        return min(hold.last_at + self._policy.debounce_s, hold.first_at + self._policy.max_wait_s)
