"""Which faults happen when: the same for the same seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What is done: a worker or Redis is killed, or the provider refuses, fails or hangs."""

    KILL = "kill"
    REFUSED = "refused"
    FAILING = "failing"
    HANGING = "hanging"
    REDIS = "redis"


OUTAGES = frozenset({FaultKind.REFUSED, FaultKind.FAILING, FaultKind.HANGING})

_WEIGHTS: Mapping[FaultKind, int] = {
    FaultKind.KILL: 8,
    FaultKind.REFUSED: 2,
    FaultKind.FAILING: 2,
    FaultKind.HANGING: 2,
    FaultKind.REDIS: 4,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; times are in seconds, *at_s* from the begin of the run."""

    at_s: float
    kind: FaultKind
    pick: float
    """0 to 1: which of the workers."""
    lasts_s: float


def schedule(*, seed: int, faults: int, gap_s: float, redis: bool) -> Iterator[Fault]:
    """Yield the faults in the order of time; those of Redis only where there is one."""
    chance = random.Random(seed)
    weights = {kind: n for kind, n in _WEIGHTS.items() if redis or kind is not FaultKind.REDIS}
    at_s = gap_s
    for _ in range(faults):
        kind = chance.choices(list(weights), list(weights.values()))[0]
        longest_s = 12.0 if kind in OUTAGES else 4.0
        yield Fault(
            at_s=at_s,
            kind=kind,
            pick=chance.random(),
            lasts_s=chance.uniform(0.2, 1.0) * longest_s,
        )
        at_s += chance.uniform(0.3, 1.7) * gap_s
