"""What a call may cost before it is made, and what it did cost."""

from dataclasses import dataclass
from typing import Protocol


class OverBudget(Exception):
    """A cap on what may be spent today leaves no room for the call.

    Never leaves the package: an offline entry stands in until there is room again.
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Reservation:
    """A worst case that counts as spent until it is settled; if it never is, it stays spent."""

    id: str
    amount_micros: int


class Spending(Protocol):
    """What one person may spend, within what the tenant and everybody may."""

    async def reserve(self, worst_micros: int | None) -> Reservation:
        """Count *worst_micros*, None where the model's price is unknown, as spent.

        Raises:
            OverBudget: a cap leaves no room for it, or there is a cap and the price is unknown.

        """
        ...

    async def settle(self, reservation: Reservation, cost_micros: int | None) -> None:
        """Count *cost_micros* in its place; None leaves the worst case, since nobody knows."""
        ...
