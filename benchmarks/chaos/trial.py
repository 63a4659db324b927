"""One run from an empty broker to a verdict."""

import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.chaos import result as results
from benchmarks.chaos.checker import Verdict, judge, topics_of
from benchmarks.chaos.cluster import Cluster, OneBroker, apply_topics, clean_environment
from benchmarks.chaos.evidence import evidence
from benchmarks.chaos.faults import Faults
from benchmarks.chaos.feeder import Feeder
from benchmarks.chaos.fleet import ROOT, Fleet
from benchmarks.chaos.lag import await_no_lag
from benchmarks.chaos.reader import Reader
from benchmarks.chaos.recordings import recordings
from benchmarks.chaos.result import Result
from benchmarks.chaos.schedule import Plan
from benchmarks.chaos.three_brokers import ThreeBrokers
from benchmarks.chaos.timeline import Timeline

SESSION_TIMEOUT_S = 3.0
START_S = 90.0
"""Longest start of the first workers, in seconds."""
LAG_S = 60.0
"""Longest wait for a lag of 0 once everything is out, in seconds."""
READ_S = 120.0
"""Longest last reading of everything, in seconds."""
STOP_S = 60.0
"""Longest end of all workers, in seconds."""
SAY_S = 10.0
"""Time between words about how far the run is, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What to try."""

    mode: str
    seed: int
    faults: int
    stages: tuple[str, ...]
    workers: int
    partitions: int
    gap_s: float
    rate: float
    patience_s: float
    sabotage: str | None
    brokers: int
    folder: Path

    def run(self) -> Result:
        """Run it on a cluster of its own."""
        cluster = OneBroker(self.folder) if self.brokers == 1 else ThreeBrokers(self.folder)
        try:
            return _Run(self, cluster).run()
        finally:
            cluster.close()

    @property
    def plan(self) -> Plan:
        """The schedule of faults."""
        return Plan(
            mode=self.mode,
            stages=self.stages,
            faults=self.faults,
            seed=self.seed,
            mean_gap_s=self.gap_s,
            session_timeout_s=SESSION_TIMEOUT_S,
        )


class _Run:
    """The parts of a run, and what is known of it so far."""

    def __init__(self, trial: Trial, cluster: Cluster) -> None:
        self._trial = trial
        self._cluster = cluster
        self._timeline = Timeline()
        self._schedule = list(trial.plan.schedule())
        self._duration_s = self._schedule[-1].at_s + 2 if self._schedule else 10.0
        count = int(self._duration_s * trial.rate)
        self._recordings = list(recordings(count, trial.seed, trial.stages))
        self._topics = topics_of(trial.stages)
        self._fleet = Fleet(
            trial.folder / "workers", self._worker_environment(), self._timeline, trial.sabotage
        )
        self._faults = Faults(self._fleet, cluster, self._timeline)
        self._feeder = Feeder(cluster.bootstrap, self._recordings, self._duration_s)
        self._result = Result(
            date=datetime.now(UTC).isoformat(timespec="seconds"),
            mode=trial.mode,
            seed=trial.seed,
            brokers=cluster.count,
            partitions=trial.partitions,
            stages=list(trial.stages),
            sabotage=trial.sabotage,
            session_timeout_s=SESSION_TIMEOUT_S,
            machine=results.machine(),
            commit=_commit(),
            events=count,
        )

    def run(self) -> Result:
        """Feed and hurt, let settle, stop everything, judge."""
        began = time.monotonic()
        apply_topics(self._cluster.bootstrap, partitions=self._trial.partitions)
        try:
            self._feed_and_hurt()
            self._settle()
            self._fleet.stop_all(limit_s=STOP_S)
        finally:
            self._fleet.kill_all()
        self._judge()
        self._result.seconds = round(time.monotonic() - began, 1)
        self._note_fleet()
        return self._result

    def _feed_and_hurt(self) -> None:
        for stage in self._trial.stages:
            for _ in range(self._trial.workers):
                self._fleet.start(stage)
        self._timeline.run_until(self._all_ready, limit_s=START_S)
        self._timeline.restart()
        self._feeder.start()
        self._faults.plan(self._schedule)
        self._every(SAY_S, self._say)
        longest_s = max((fault.lasts_s for fault in self._schedule), default=0.0)
        self._timeline.run_until(self._fed_and_hurt, limit_s=2 * self._duration_s + longest_s + 120)
        self._result.feeding_and_faults_s = round(self._timeline.now_s, 1)
        self._cluster.await_all()

    def _all_ready(self) -> bool:
        stages = self._trial.stages
        return all(worker.ready for stage in stages for worker in self._fleet.sound(stage))

    def _fed_and_hurt(self) -> bool:
        self._fleet.look_after()
        hurt = self._faults.done.total() >= len(self._schedule)
        return hurt and not self._feeder.is_alive()

    def _settle(self) -> None:
        """Wait until everything is out and no group lags, for as long as there is progress."""
        reader = Reader(self._cluster.bootstrap, self._topics, committed=True)
        began = last = time.monotonic()
        while not self._all_out(reader):
            before = len(reader.seen)
            self._timeline.run_until(lambda: self._tick(reader), limit_s=2)
            if len(reader.seen) > before:
                last = time.monotonic()
            if time.monotonic() - last > self._trial.patience_s:
                break
        reader.close()
        self._result.settled_after_s = round(time.monotonic() - began, 1)
        if self._trial.sabotage is None:
            self._await_no_lag()

    def _await_no_lag(self) -> None:
        began = time.monotonic()
        self._result.lag = await_no_lag(self._cluster.bootstrap, self._trial.stages, limit_s=LAG_S)
        self._result.lag_0_after_s = round(time.monotonic() - began, 1)

    def _tick(self, reader: Reader) -> bool:
        self._fleet.look_after()
        reader.take(0.3)
        return False

    def _all_out(self, reader: Reader) -> bool:
        return not judge(self._recordings, reader.seen, self._trial.stages).lost_count

    def _judge(self) -> None:
        committed = self._read(committed=True)
        everything = self._read(committed=False)
        verdict = judge(self._recordings, committed.seen, self._trial.stages)
        self._note_verdict(verdict)
        self._result.records_committed = len(committed.seen)
        self._result.aborted_extras = len(everything.seen) - len(committed.seen)
        if self._trial.sabotage is None:
            for line in evidence(verdict, committed.seen, self._cluster.data()):
                print(line)

    def _read(self, *, committed: bool) -> Reader:
        reader = Reader(self._cluster.bootstrap, self._topics, committed=committed)
        if not reader.catch_up(limit_s=READ_S):
            raise RuntimeError(f"the topics could not be read within {READ_S:g} s")
        reader.close()
        return reader

    def _note_verdict(self, verdict: Verdict) -> None:
        result = self._result
        result.lost, result.duplicates = verdict.lost_count, verdict.duplicate_count
        result.lost_by_topic = {topic: ids.total() for topic, ids in verdict.lost.items()}
        result.duplicates_by_topic = {
            topic: ids.total() for topic, ids in verdict.duplicates.items()
        }

    def _note_fleet(self) -> None:
        result, facts = self._result, self._fleet.facts
        result.faults = {str(kind): count for kind, count in self._faults.done.items()}
        result.feeder_errors = self._feeder.errors
        result.workers_started = facts.started
        result.warnings = dict(facts.logged)
        result.recoveries = facts.logged["transaction unclear"]
        result.fences = facts.logged["fenced"]
        result.crashes, result.hangs = facts.crashes, facts.hangs
        for code, _ in facts.stops:
            result.sigterm_exits[str(code)] = result.sigterm_exits.get(str(code), 0) + 1
        result.sigterm_seconds = results.quantiles([seconds for _, seconds in facts.stops])
        result.sigterm_before_handler = facts.unready_stops

    def _every(self, pause_s: float, action: Callable[[], None]) -> None:
        def act() -> None:
            action()
            self._timeline.after(pause_s, act)

        self._timeline.after(pause_s, act)

    def _say(self) -> None:
        print(
            f"{self._timeline.now_s:6.0f} s  {self._feeder.published} of {len(self._recordings)} "
            f"published, faults {dict(self._faults.done)}, crashes {self._fleet.facts.crashes}",
            file=sys.stderr,
        )

    def _worker_environment(self) -> dict[str, str]:
        return clean_environment() | {
            "PYTHONPATH": str(ROOT),
            "DAYBOOK_CONFIG": "/dev/null",
            "DAYBOOK_KAFKA_BOOTSTRAP": self._cluster.bootstrap,
            "DAYBOOK_STATE_DIR": str(self._trial.folder / "state"),
            "DAYBOOK_SESSION_TIMEOUT_S": str(SESSION_TIMEOUT_S),
            "DAYBOOK_HEARTBEAT_S": "0.5",
            "DAYBOOK_DAILY_DEBOUNCE_S": "0.3",
            "DAYBOOK_DAILY_MAX_WAIT_S": "2",
        }


def _commit() -> str:
    """Return the commit of the tree under test, with a mark if it was changed."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()
