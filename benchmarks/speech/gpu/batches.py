"""The batches that our engine was given, as its own metrics count them."""

from dataclasses import dataclass
from typing import Self

from prometheus_client import REGISTRY


@dataclass(frozen=True, slots=True, kw_only=True)
class Batches:
    """So many batches, their rows, and the sum of how full each was (1 is full)."""

    count: float = 0.0
    rows: float = 0.0
    fill: float = 0.0

    @classmethod
    def so_far(cls) -> Self:
        """Return those of this process so far, of all models together."""
        return cls(
            count=_total("daybook_engine_batch_rows_count"),
            rows=_total("daybook_engine_batch_rows_sum"),
            fill=_total("daybook_engine_batch_fill_ratio_sum"),
        )

    def __add__(self, other: "Batches") -> "Batches":
        return Batches(
            count=self.count + other.count,
            rows=self.rows + other.rows,
            fill=self.fill + other.fill,
        )

    def __sub__(self, other: "Batches") -> "Batches":
        return Batches(
            count=self.count - other.count,
            rows=self.rows - other.rows,
            fill=self.fill - other.fill,
        )


def _total(name: str) -> float:
    return sum(
        sample.value
        for metric in REGISTRY.collect()
        for sample in metric.samples
        if sample.name == name
    )
