"""Workers as processes of their own, begun and ended by hand, and what their probes say."""

import json
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from agents.local.up_state import run_file
from tests.support.pipeline import Pipeline, eventually

PRODUCT, HELD = "agents.cli.main", "tests.support.held_transcriber"
"""The programs that run a worker: ours, and ours with work that lasts as long as a test wants."""

START_S = 90.0
"""Longest start of a worker on a loaded machine, in seconds."""
GRACE_S = 40.0
"""Longest end of a worker that was told to stop, in seconds: the drain and the worker's margin,
and a loaded machine."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a probe said."""

    status: int
    facts: Mapping[str, Any]

    @property
    def waiting_for(self) -> list[str]:
        """What the worker waits for."""
        return list(self.facts["waiting_for"])


class WorkerProcess:
    """One worker; its part's name is new, so that its probes are its own."""

    def __init__(self, process: "subprocess.Popen[bytes]", said: Path, log: Path) -> None:
        self._process = process
        self._said = said
        self.log = log

    def probe(self, path: str = "/readyz") -> Answer | None:
        """Ask the health server; None while there is none."""
        try:
            port = json.loads(self._said.read_text())["health_port"]
        except (OSError, ValueError):
            return None
        connection = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return Answer(answer.status, json.loads(answer.read()))
        except OSError:
            return None
        finally:
            connection.close()

    def await_ready(self, *, within_s: float = START_S) -> None:
        """Wait until it has its partitions and waits for nothing."""

        def is_ready() -> bool | None:
            answer = self.probe()
            return True if answer and answer.status == 200 else None

        eventually(is_ready, within_s=within_s, what="a ready worker")

    def await_waiting_for(self, dependency: str, *, within_s: float = START_S) -> Answer:
        """Wait until it says that it waits for *dependency*, and is not ready."""

        def waits() -> Answer | None:
            answer = self.probe()
            return answer if answer and answer.waiting_for == [dependency] else None

        return eventually(waits, within_s=within_s, what=f"a worker that waits for {dependency}")

    def exit_code(self) -> int | None:
        """Return how it ended; None while it runs."""
        return self._process.poll()

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._process.kill()
        self._process.wait()

    def stop(self) -> int:
        """Tell it to stop; return its exit code."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(timeout=GRACE_S)


class HandRun(Pipeline):
    """A state folder whose workers are begun and ended by hand; what is left is killed."""

    def __init__(self, folder: Path, **settings: str) -> None:
        super().__init__(folder, **settings)
        self._folder = folder
        self._processes: list[subprocess.Popen[bytes]] = []

    def start(self, program: str, agent: str = "transcriber") -> WorkerProcess:
        """Start a worker, and do not wait for it."""
        part = f"{agent}-{len(self._processes)}"
        command = [sys.executable, "-m", program, "worker", agent, "--part", part]
        path = self._folder / f"{part}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(command, env=self._env, stdout=log, stderr=log)
        self._processes.append(process)
        return WorkerProcess(process, run_file(self.state_dir, part), path)

    def kill_all(self) -> None:
        """End what is left."""
        for process in self._processes:
            process.kill()
            process.wait()
