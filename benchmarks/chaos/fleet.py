"""The workers under test: started, hurt, and started again."""

import json
import os
import random
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from agents.local.processes import Child, launch
from benchmarks.chaos.timeline import Timeline

ROOT = Path(__file__).parents[2]
WORKERS_MAX = 4
"""Workers of one stage at most."""
RESTART_S = 3.0
"""Longest pause before a worker that ended is started again, in seconds."""
STOP_LIMIT_S = 45.0
"""Longest end after SIGTERM before it counts as hanging, in seconds: the grace of 20, the worker's
own margin of 10, and a loaded machine."""


@dataclass(slots=True, kw_only=True)
class WorkerProcess:
    """One process, and what was done to it."""

    name: str
    stage: str
    log: Path
    child: Child
    began: float
    killed: bool = False
    told_to_stop_at: float | None = None
    heeds_sigterm: bool = False
    """Whether it had a handler when SIGTERM came: before that, any process dies of it."""
    retired: bool = False
    frozen: bool = False

    @property
    def sound(self) -> bool:
        """Whether it runs and nothing was done to it yet."""
        alive = self.child.exit_code() is None
        return alive and not self.killed and not self.frozen and self.told_to_stop_at is None

    @property
    def ready(self) -> bool:
        """Whether it said that it had started."""
        return b'"event": "started"' in self.log.read_bytes()

    def signal(self, number: signal.Signals) -> None:
        """Send a signal, unless the process has ended."""
        if self.child.exit_code() is None:
            os.kill(self.child.process.pid, number)


@dataclass(slots=True)
class FleetFacts:
    """What became of workers."""

    started: int = 0
    crashes: list[str] = field(default_factory=list)
    """Workers that ended without being asked to, with their exit code."""
    stops: list[tuple[int, float]] = field(default_factory=list)
    """Exit code and seconds of each worker that was sent SIGTERM."""
    unready_stops: int = 0
    """Workers that SIGTERM met before they could have a handler."""
    hangs: list[str] = field(default_factory=list)
    logged: Counter[str] = field(default_factory=Counter)
    """Warnings in the workers' logs, by event."""


class Fleet:
    """All workers; those that end are started again after a pause, unless they were to leave."""

    def __init__(
        self, folder: Path, env: Mapping[str, str], timeline: Timeline, sabotage: str | None
    ) -> None:
        self.facts = FleetFacts()
        self._folder = folder
        self._env = env
        self._timeline = timeline
        self._arguments = ("--sabotage", sabotage) if sabotage else ()
        self._workers: list[WorkerProcess] = []
        self._chance = random.Random()
        self._ending = False

    def start(self, stage: str) -> WorkerProcess:
        """Start one more worker of *stage*."""
        self.facts.started += 1
        name = f"{stage}-{self.facts.started:04}"
        log = self._folder / f"{name}.log"
        command = (sys.executable, "-m", "benchmarks.chaos.worker", stage, *self._arguments)
        child = launch(command, log=log, env=self._env, tethered=True)
        began = time.monotonic()
        worker = WorkerProcess(name=name, stage=stage, log=log, child=child, began=began)
        self._workers.append(worker)
        return worker

    def sound(self, stage: str) -> list[WorkerProcess]:
        """Return the workers of *stage* that run and to which nothing was done yet."""
        return [worker for worker in self._workers if worker.stage == stage and worker.sound]

    def kill(self, worker: WorkerProcess) -> None:
        """End *worker* as a crash would."""
        worker.killed = True
        worker.signal(signal.SIGKILL)

    def stop(self, worker: WorkerProcess, *, retire: bool) -> None:
        """Tell *worker* to stop, for good or to be started again."""
        worker.told_to_stop_at = time.monotonic()
        worker.heeds_sigterm = _heeds_sigterm(worker.child.process.pid)
        worker.retired = retire
        worker.signal(signal.SIGTERM)

    def freeze(self, worker: WorkerProcess, lasts_s: float) -> None:
        """Stop *worker* in the middle of whatever it does, and let it go on later."""
        worker.frozen = True
        worker.signal(signal.SIGSTOP)

        def thaw() -> None:
            worker.frozen = False
            worker.signal(signal.SIGCONT)

        self._timeline.after(lasts_s, thaw)

    def look_after(self) -> None:
        """Take note of who has ended, and see to their successors."""
        for worker in list(self._workers):
            code = worker.child.exit_code()
            if code is None:
                self._look_for_hang(worker)
            else:
                self._workers.remove(worker)
                self._note_end(worker, code)
                if not worker.retired and not self._ending:
                    pause_s = self._chance.uniform(0, RESTART_S)
                    self._timeline.after(pause_s, partial(self._restart, worker.stage))

    def stop_all(self, *, limit_s: float) -> None:
        """Tell all workers to stop, and wait for their end."""
        self._ending = True
        for worker in self._workers:
            if worker.sound:
                self.stop(worker, retire=True)
        self._timeline.run_until(self._all_ended, limit_s=limit_s)

    def kill_all(self) -> None:
        """End what is left."""
        self._ending = True
        for worker in self._workers:
            worker.child.kill_all()

    def _restart(self, stage: str) -> None:
        if not self._ending:
            self.start(stage)

    def _all_ended(self) -> bool:
        self.look_after()
        return not self._workers

    def _look_for_hang(self, worker: WorkerProcess) -> None:
        told_at = worker.told_to_stop_at
        if told_at is not None and time.monotonic() - told_at > STOP_LIMIT_S:
            if not worker.killed:
                self.facts.hangs.append(worker.name)
            self.kill(worker)

    def _note_end(self, worker: WorkerProcess, code: int) -> None:
        self.facts.logged.update(_warnings(worker.log))
        if worker.killed:
            return
        if worker.told_to_stop_at is None:
            self.facts.crashes.append(f"{worker.name}: exit code {code}")
        elif code == -signal.SIGTERM and not worker.heeds_sigterm:
            self.facts.unready_stops += 1
        else:
            seconds = round(time.monotonic() - worker.told_to_stop_at, 2)
            self.facts.stops.append((code, seconds))


def _heeds_sigterm(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False
    caught = next(line.split()[1] for line in status.splitlines() if line.startswith("SigCgt"))
    return bool(int(caught, 16) >> (signal.SIGTERM - 1) & 1)


def _warnings(log: Path) -> Counter[str]:
    """Count the warnings and errors in a worker's log: ours by event, others by logger."""
    events = (event for event in _events(log) if event.get("level") != "info")
    return Counter(str(event.get("logger") or event.get("event")) for event in events)


def _events(log: Path) -> Iterator[dict[str, object]]:
    for line in log.read_text(errors="replace").splitlines():
        if line.startswith("{"):
            try:
                event = json.loads(line)
            except ValueError:  # a killed worker's last line
                continue
            if isinstance(event, dict):
                yield event
