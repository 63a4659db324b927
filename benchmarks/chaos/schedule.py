"""Which faults happen when: the same for the same seed."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class FaultKind(StrEnum):
    """What is done to the system: to workers, to brokers (BROKER is kill -9, STALL freezes one)."""

    KILL = "kill"
    TERM = "term"
    FREEZE = "freeze"
    BROKER = "broker"
    STALL = "stall"
    JOIN = "join"
    LEAVE = "leave"


MODES: Mapping[str, Mapping[FaultKind, int]] = {
    "mixed": {
        FaultKind.KILL: 40,
        FaultKind.TERM: 14,
        FaultKind.FREEZE: 12,
        FaultKind.BROKER: 6,
        FaultKind.STALL: 3,
        FaultKind.JOIN: 13,
        FaultKind.LEAVE: 13,
    },
    "kills": {FaultKind.KILL: 1},
    "brokers": {FaultKind.BROKER: 4, FaultKind.KILL: 2, FaultKind.JOIN: 1, FaultKind.LEAVE: 1},
    "outage": {FaultKind.BROKER: 1},
    "joins": {FaultKind.JOIN: 1, FaultKind.LEAVE: 1},
}
"""The weights of each kind of fault, by mode."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault; times are in seconds, `at_s` from the first one's begin of the run."""

    at_s: float
    kind: FaultKind
    stage: str
    pick: float
    """0 to 1: which of those that it could hit."""
    lasts_s: float
    """How long the victim stays away, or frozen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a schedule is drawn from."""

    mode: str
    stages: tuple[str, ...]
    faults: int
    seed: int
    mean_gap_s: float
    session_timeout_s: float

    def schedule(self) -> Iterator[Fault]:
        """Yield the faults in the order of time."""
        chance = random.Random(self.seed)
        weights = MODES[self.mode]
        at_s = 2 * self.mean_gap_s
        for _ in range(self.faults):
            kind = chance.choices(list(weights), list(weights.values()))[0]
            yield Fault(
                at_s=at_s,
                kind=kind,
                stage=chance.choice(self.stages),
                pick=chance.random(),
                lasts_s=self._lasts_s(kind, chance),
            )
            at_s += chance.uniform(0.2, 1.8) * self.mean_gap_s

    def _lasts_s(self, kind: FaultKind, chance: random.Random) -> float:
        match kind:
            case FaultKind.BROKER if self.mode == "outage":
                return 300
            case FaultKind.FREEZE:
                # Mostly past the session's end, sometimes just before or about it.
                return chance.uniform(0.5, 2.5) * self.session_timeout_s
            case FaultKind.BROKER:
                return chance.uniform(0.5, 3)
            case FaultKind.STALL:
                return chance.uniform(1, 6)
        return chance.uniform(0, 3)
