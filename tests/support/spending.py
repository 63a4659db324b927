"""A purse that remembers what was reserved in it and how that was settled."""

import asyncio

from agents.diarist.llm.spending import OverBudget, Reservation


class RecordedSpending:
    def __init__(self, *, calls_max: int = 1_000_000) -> None:
        self.reserved: list[int | None] = []
        self.settled: dict[str, int | None] = {}
        self._calls_max = calls_max

    @property
    def open_reservations(self) -> int:
        return len(self.reserved) - len(self.settled)

    async def reserve(self, worst_micros: int | None) -> Reservation:
        await asyncio.sleep(0)
        if len(self.reserved) >= self._calls_max:
            raise OverBudget
        self.reserved.append(worst_micros)
        return Reservation(id=str(len(self.reserved)), amount_micros=worst_micros or 0)

    async def settle(self, reservation: Reservation, cost_micros: int | None) -> None:
        await asyncio.sleep(0)
        assert reservation.id not in self.settled, "settled twice"
        self.settled[reservation.id] = cost_micros
