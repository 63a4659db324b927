"""Whether a provider answers, as far as this worker knows."""

from dataclasses import dataclass
from typing import Protocol


class Availability(Protocol):
    """Whether a provider answers."""

    @property
    def answering(self) -> bool:
        """Whether it has answered, and not failed for good since."""
        ...

    @property
    def down_since(self) -> float | None:
        """Since when, on the monotonic clock, it is left alone; None if it is not."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Available:
    """Of who always answers."""

    answering: bool = True
    down_since: float | None = None
