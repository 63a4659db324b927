"""When a part that ended is started again: soon at first, ever later while it keeps ending."""

from dataclasses import dataclass
from typing import Self

FIRST_DELAY_S = 0.5
MAX_DELAY_S = 30.0
"""Short enough that a person who mended the cause need not restart anything by hand."""

HEALTHY_S = 60.0
"""A part that ran so long has proved itself: its next end counts as the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Restarts:
    """How often a part ended by itself: in all, and in a row without a healthy time."""

    total: int = 0
    in_a_row: int = 0

    def after_end(self, *, ran_s: float) -> Self:
        """Count one more end, of a part that ran for `ran_s`."""
        in_a_row = 1 if ran_s >= HEALTHY_S else self.in_a_row + 1
        return type(self)(total=self.total + 1, in_a_row=in_a_row)

    @property
    def delay_s(self) -> float:
        """Time to wait before the next start."""
        if self.in_a_row == 0:
            return 0.0
        return min(FIRST_DELAY_S * 2.0 ** min(self.in_a_row - 1, 10), MAX_DELAY_S)
