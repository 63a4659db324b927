"""Who takes part, and running one of them as a process on the client's core."""

import itertools
import os
import signal
import sys
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from agents.local.processes import Child, await_end, launch
from benchmarks.chaos.cluster import clean_environment
from benchmarks.delivery.broker import on_cores
from benchmarks.delivery.job import Job

ROOT = Path(__file__).parents[2]
STOP_S = 25.0
"""Longest wait for a contender to end after SIGTERM, in seconds; then it is killed."""


class NotRun(Exception):
    """A contender cannot be had here; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One row of the table."""

    name: str
    what: str
    """What it is, for people."""
    promise: str
    """What it says of delivery."""
    command: tuple[str, ...]
    options: Mapping[str, int] = field(default_factory=dict)
    events: bool = False
    """Whether it reads and writes the product's events instead of opaque bytes."""


class Running:
    """A contender at work."""

    _number = itertools.count(1)

    def __init__(
        self, contender: Contender, job: Job, folder: Path, cores: Collection[int]
    ) -> None:
        self.log = folder / f"{contender.name}-{next(self._number)}.log"
        self.log.unlink(missing_ok=True)
        env = clean_environment() | {"DAYBOOK_STATE_DIR": str(folder / "state")}
        with on_cores(cores):
            self._child: Child = launch(
                (*contender.command, job.as_argument()), log=self.log, env=env, tethered=True
            )
        self.pid = self._child.process.pid

    @property
    def ended(self) -> bool:
        """Whether the process is gone, which nobody asked for."""
        return self._child.exit_code() is not None

    def cpu_s(self) -> float:
        """Return the CPU time used so far, in seconds."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_bytes(self) -> int:
        """Return the memory that the process holds, in bytes."""
        pages = int(Path(f"/proc/{self.pid}/statm").read_text().split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")

    def sockets(self) -> int:
        """Return the number of open sockets."""
        found = 0
        for fd in Path(f"/proc/{self.pid}/fd").iterdir():
            try:
                found += fd.readlink().name.startswith("socket:")
            except OSError:  # closed since
                continue
        return found

    def last_words(self) -> str:
        """Return the last line of the log, without the folders of this machine."""
        lines = self.log.read_text(errors="replace").strip().splitlines() or ["nothing"]
        return lines[-1].replace(str(ROOT), "").replace(str(Path.home()), "")[:200]

    def stop(self) -> float:
        """Tell it to stop, and kill it where it does not; return the seconds that took."""
        began = time.monotonic()
        if not self.ended:
            os.kill(self.pid, signal.SIGTERM)
            await_end(self._child.process, timeout_s=STOP_S)
        self._child.kill_all()
        return time.monotonic() - began


def python(module: str, interpreter: str = sys.executable) -> tuple[str, ...]:
    """Return the command of one of this folder's contenders."""
    return (interpreter, "-m", f"benchmarks.delivery.{module}")
