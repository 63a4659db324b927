"""The diarists under test: started, killed, and started again."""

import time
from collections.abc import Mapping

from benchmarks.chaos.timeline import Timeline
from benchmarks.chaos_diarist.book import Provider, now
from tests.support.diarist_run import DiaristRun
from tests.support.worker_processes import PRODUCT, WorkerProcess

SABOTAGED = "benchmarks.chaos_diarist.sabotage"
"""The program of workers that are broken on purpose."""


class Fleet:
    """All workers, by a name that the provider knows them by."""

    def __init__(
        self,
        run: DiaristRun,
        provider: Provider,
        settings: Mapping[str, str],
        timeline: Timeline,
        *,
        sabotage: str | None,
    ) -> None:
        self.kills: dict[str, float] = {}
        """When each was killed, by the clock of the provider's book."""
        self.crashes: list[str] = []
        self.stops: list[tuple[int, float]] = []
        self._run = run
        self._provider = provider
        self._settings = dict(settings)
        self._timeline = timeline
        self._program = f"{SABOTAGED}_{sabotage}" if sabotage else PRODUCT
        self._workers: dict[str, WorkerProcess] = {}
        self._started = 0

    def start(self) -> None:
        """Start one more."""
        self._started += 1
        name = str(self._started)
        self._run.server = self._provider.server
        self._provider.server.worker = name
        self._workers[name] = self._run.begin(program=self._program, **self._settings)

    def begin(self, count: int) -> None:
        """Start so many, and wait until all can work."""
        for _ in range(count):
            self.start()
        for worker in self._workers.values():
            worker.await_ready()

    def kill_one(self, pick: float, *, again_after_s: float) -> bool:
        """Kill one of those that have begun to work, and start another one later."""
        names = [name for name, worker in self._workers.items() if worker.probe() is not None]
        if not names:
            return False
        name = names[int(pick * len(names))]
        self.kills[name] = now()
        self._workers.pop(name).kill()
        self._timeline.after(again_after_s, self.start)
        return True

    def look_after(self) -> None:
        """Take note of who ended unasked."""
        for name, worker in list(self._workers.items()):
            code = worker.exit_code()
            if code is not None:
                del self._workers[name]
                self.crashes.append(f"worker {name}: exit code {code}")
                self.start()

    def stop_all(self) -> None:
        """Tell all to stop, one after another."""
        for worker in self._workers.values():
            began = time.monotonic()
            code = worker.stop()
            self.stops.append((code, round(time.monotonic() - began, 1)))
        self._workers.clear()
