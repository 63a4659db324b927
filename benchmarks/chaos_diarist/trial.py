"""One run from an empty broker to a verdict."""

import random
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from benchmarks.chaos.result import machine
from benchmarks.chaos.timeline import Timeline
from benchmarks.chaos_diarist.book import Provider
from benchmarks.chaos_diarist.checker import Facts, Fated, judge
from benchmarks.chaos_diarist.fates import HOPELESS, drawn
from benchmarks.chaos_diarist.faults import Faults
from benchmarks.chaos_diarist.fleet import Fleet
from benchmarks.chaos_diarist.result import Result
from benchmarks.chaos_diarist.schedule import schedule
from benchmarks.speech.result import commit
from tests.integration.test_language_models import PRICES
from tests.support.diarist_run import UPGRADES, DiaristRun, diarist_run
from tests.support.entries import Entries
from tests.support.fated_recordings import BOTH, PROVIDERS, FatedRecordings
from tests.support.fates import Turn
from tests.support.redis_server import RedisServer, redis_server

FALLBACK_AFTER_S = 6
FEED_S = 1800.0
"""Longest time for all faults and recordings, in seconds."""
SETTLE_S = 180.0
"""Longest wait for what is left once the faults are over, in seconds."""
SAY_S = 10.0
"""Time between words about how far the run is, in seconds."""
TRANSCRIPTS = "transcripts.ready"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to try."""

    seed: int
    faults: int
    recordings: int
    workers: int
    gap_s: float
    memory: str
    sabotage: str | None
    folder: Path

    def run(self) -> Result:
        """Run it on a broker of its own."""
        began = time.monotonic()
        with ExitStack() as opened:
            diarists = opened.enter_context(diarist_run(self.folder))
            redis = None
            if self.memory == "redis":
                redis = opened.enter_context(redis_server(self.folder / "redis"))
            entries = opened.enter_context(Entries(diarists))
            provider = opened.enter_context(closing(Provider()))
            result = _Run(self, diarists, entries, provider, redis).run()
        result.seconds = round(time.monotonic() - began, 1)
        return result

    def settings(self, redis: RedisServer | None) -> dict[str, str]:
        """Return the settings of its workers."""
        prices = self.folder / "prices.yaml"
        prices.write_text(PRICES)
        return {
            **BOTH,
            "prices": str(prices),
            "fallback_after": str(FALLBACK_AFTER_S),
            "session_timeout_s": "3",
            "heartbeat_s": "0.5",
            **({} if redis is None else {"redis_url": redis.url}),
        }


class _Run:
    """The parts of a run, and what is known of it so far."""

    def __init__(
        self,
        trial: Trial,
        diarists: DiaristRun,
        entries: Entries,
        provider: Provider,
        redis: RedisServer | None,
    ) -> None:
        self._trial = trial
        self._diarists = diarists
        self._entries = entries
        self._book = provider.book
        self._timeline = timeline = Timeline()
        settings = trial.settings(redis)
        self._fleet = Fleet(diarists, provider, settings, timeline, sabotage=trial.sabotage)
        self._faults = Faults(self._fleet, provider, redis, timeline)
        self._said = FatedRecordings(run=diarists, model=provider.model)
        self._fates: dict[str, str] = {}

    def run(self) -> Result:
        """Feed and hurt, let settle, stop all, judge."""
        trial, timeline = self._trial, self._timeline
        result = Result(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            seed=trial.seed,
            memory=trial.memory,
            sabotage=trial.sabotage,
            machine=machine(),
            commit=commit(),
            workers=trial.workers,
            recordings=trial.recordings,
        )
        self._fleet.begin(trial.workers)
        timeline.restart()
        self._plan()
        timeline.run_until(self._fed_and_hurt, limit_s=FEED_S)
        result.feeding_and_faults_s = round(timeline.now_s, 1)
        timeline.run_until(self._settled, limit_s=SETTLE_S)
        result.settled_after_s = round(timeline.now_s - result.feeding_and_faults_s, 1)
        result.lag = {topic: self._diarists.lag(topic) for topic in (TRANSCRIPTS, UPGRADES)}
        self._fleet.stop_all()
        for _ in range(5):
            self._entries.take()
        result.faults = dict(self._faults.done)
        result.crashes, result.stops = self._fleet.crashes, self._fleet.stops
        result.verdict = judge(self._facts())
        return result

    def _plan(self) -> None:
        trial = self._trial
        redis = trial.memory == "redis"
        faults = list(
            schedule(seed=trial.seed, faults=trial.faults, gap_s=trial.gap_s, redis=redis)
        )
        self._faults.plan(faults)
        chance = random.Random(trial.seed)
        whole_s = faults[-1].at_s if faults else 20.0
        for number in range(trial.recordings):
            at_s = whole_s * number / trial.recordings
            self._timeline.at(at_s, partial(self._tell, number, *drawn(chance)))
        self._say()

    def _tell(self, number: int, fate: str, turns: Sequence[Turn]) -> None:
        to = PROVIDERS[number % len(PROVIDERS)]
        self._fates[self._said.say_to(to, f"{fate} {number}", *turns)] = fate

    def _fed_and_hurt(self) -> bool:
        self._fleet.look_after()
        self._entries.take()
        return self._faults.over and len(self._fates) >= self._trial.recordings

    def _settled(self) -> bool:
        self._fleet.look_after()
        self._entries.take()
        out = all(
            self._entries.has_final(one)
            or (fate in HOPELESS and bool(self._entries.by_recording.get(one)))
            for one, fate in self._fates.items()
        )
        return out and not any(self._diarists.lag(topic) for topic in (TRANSCRIPTS, UPGRADES))

    def _facts(self) -> Facts:
        return Facts(
            recordings=[
                Fated(id=one, tag=tag, hopeless=self._fates[one] in HOPELESS)
                for one, tag in self._said.tags.items()
            ],
            entries=self._entries.by_recording,
            requests=self._entries.requests,
            asked=self._book.asked,
            kills=self._fleet.kills,
            memory_away=self._faults.memory_away,
            dead=self._entries.dead,
        )

    def _say(self) -> None:
        print(
            f"{self._timeline.now_s:6.0f} s  {len(self._fates)} of {self._trial.recordings} said, "
            f"{len(self._entries.by_recording)} have entries, {dict(self._faults.done)}",
            file=sys.stderr,
        )
        self._timeline.after(SAY_S, self._say)
