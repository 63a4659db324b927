"""Carries a schedule of faults out."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from benchmarks.chaos.cluster import Cluster
from benchmarks.chaos.fleet import WORKERS_MAX, Fleet, WorkerProcess
from benchmarks.chaos.schedule import Fault, FaultKind
from benchmarks.chaos.timeline import Timeline

ANY_SHARE = 0.2
"""Share of faults that may hit workers which have not started yet."""
TRY_AGAIN_S = 0.5
"""Pause before a fault that found nobody to hit is tried again, in seconds."""


class Faults:
    """What is done to the workers and the brokers."""

    def __init__(self, fleet: Fleet, cluster: Cluster, timeline: Timeline) -> None:
        self.done: Counter[FaultKind] = Counter()
        self._fleet = fleet
        self._cluster = cluster
        self._timeline = timeline

    def plan(self, schedule: Iterable[Fault]) -> None:
        """Put *schedule* on the timeline."""
        for fault in schedule:
            self._timeline.at(fault.at_s, partial(self._do, fault))

    def _do(self, fault: Fault) -> None:
        kind = self._kind(fault)
        if kind in {FaultKind.BROKER, FaultKind.STALL}:
            done = self._hurt_broker(kind, fault)
        elif kind is FaultKind.JOIN:
            self._fleet.start(fault.stage)
            done = True
        else:
            done = self._hurt(kind, fault)
        if done:
            self.done[kind] += 1
        else:
            self._timeline.after(TRY_AGAIN_S, partial(self._do, fault))

    def _kind(self, fault: Fault) -> FaultKind:
        """Turn a join into a leave and back where a stage has as many workers as it may."""
        workers = len(self._fleet.sound(fault.stage))
        if fault.kind is FaultKind.JOIN and workers >= WORKERS_MAX:
            return FaultKind.LEAVE
        if fault.kind is FaultKind.LEAVE and workers <= 1:
            return FaultKind.JOIN
        return fault.kind

    def _hurt(self, kind: FaultKind, fault: Fault) -> bool:
        candidates = self._fleet.sound(fault.stage)
        if fault.pick > ANY_SHARE:
            candidates = [worker for worker in candidates if worker.ready]
        if not candidates:
            return False
        victim = candidates[int(fault.pick * len(candidates))]
        self._hurt_one(kind, victim, fault.lasts_s)
        return True

    def _hurt_one(self, kind: FaultKind, victim: WorkerProcess, lasts_s: float) -> None:
        match kind:
            case FaultKind.KILL:
                self._fleet.kill(victim)
            case FaultKind.FREEZE:
                self._fleet.freeze(victim, lasts_s)
            case _:
                self._fleet.stop(victim, retire=kind is FaultKind.LEAVE)

    def _hurt_broker(self, kind: FaultKind, fault: Fault) -> bool:
        stall = kind is FaultKind.STALL
        number = self._cluster.stall_one() if stall else self._cluster.kill_one()
        if number is None:
            return False
        back = self._cluster.resume if stall else self._cluster.restart
        self._timeline.after(fault.lasts_s, partial(back, number))
        return True
