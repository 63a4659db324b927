"""What is done to diarists, to their provider and to their Redis, and when it was."""

from collections import Counter
from collections.abc import Iterable
from functools import partial

from agents.diarist.llm.language_model import Outcome
from benchmarks.chaos.timeline import Timeline
from benchmarks.chaos_diarist.book import Provider, now
from benchmarks.chaos_diarist.checker import Span
from benchmarks.chaos_diarist.fleet import Fleet
from benchmarks.chaos_diarist.schedule import OUTAGES, Fault, FaultKind
from tests.support.fates import Turn
from tests.support.llm_server import MESSAGES, RESPONSES, failing, sending
from tests.support.redis_server import RedisServer
from tests.support.threaded_server import Reply

LEFT_OUT = "left out"
"""Faults that met what was away already, or no worker."""

NOTICED_S = 1.0
"""Time after its return in which Redis may still not be asked, in seconds: its clients try again a
second after they found it gone."""

_FAILS = {
    FaultKind.FAILING: Turn(Outcome.OVERLOADED, failing(503)),
    FaultKind.HANGING: Turn(Outcome.TIMEOUT, sending(Reply(hangs=True))),
}


class Faults:
    """Carries a schedule out on a timeline, and mends again what it hurt."""

    def __init__(
        self,
        fleet: Fleet,
        provider: Provider,
        redis: RedisServer | None,
        timeline: Timeline,
    ) -> None:
        self.done: Counter[str] = Counter()
        self.memory_away: list[Span] = []
        self._fleet = fleet
        self._provider = provider
        self._redis = redis
        self._timeline = timeline
        self._planned = 0
        self._outage: FaultKind | None = None
        self._redis_there = True

    def plan(self, faults: Iterable[Fault]) -> None:
        """Put *faults* on the timeline."""
        for fault in faults:
            self._timeline.at(fault.at_s, partial(self._hurt, fault))
            self._planned += 1

    @property
    def over(self) -> bool:
        """Whether all is done, and all but workers back."""
        done = self.done.total() >= self._planned
        return done and self._outage is None and self._redis_there

    def _hurt(self, fault: Fault) -> None:
        kind = fault.kind
        if kind is FaultKind.KILL:
            hurt = self._fleet.kill_one(fault.pick, again_after_s=fault.lasts_s)
        elif kind in OUTAGES:
            hurt = self._begin_outage(kind, fault.lasts_s)
        else:
            hurt = self._kill_redis(fault.lasts_s)
        self.done[str(kind) if hurt else LEFT_OUT] += 1

    def _begin_outage(self, kind: FaultKind, lasts_s: float) -> bool:
        if self._outage is not None:
            return False
        self._outage = kind
        if kind is FaultKind.REFUSED:
            self._provider.go_away()
        else:
            self._provider.model.outages = dict.fromkeys((MESSAGES, RESPONSES), _FAILS[kind])
        self._timeline.after(lasts_s, self._end_outage)
        return True

    def _end_outage(self) -> None:
        if self._outage is FaultKind.REFUSED:
            self._provider.come_back()
        self._provider.model.outages = {}
        self._outage = None

    def _kill_redis(self, lasts_s: float) -> bool:
        if self._redis is None or not self._redis_there:
            return False
        self._redis_there = False
        gone = now()
        self._redis.kill()
        self._timeline.after(lasts_s, partial(self._restart_redis, self._redis, gone))
        return True

    def _restart_redis(self, redis: RedisServer, gone: float) -> None:
        redis.start()
        self.memory_away.append((gone, now() + NOTICED_S))
        self._redis_there = True
