"""How much memory a recording takes by its length; each is measured in a worker of its own.

`python -m benchmarks.speech.memory FOLDER SECONDS ENGINE` is that worker, with the engine `demo` or
`instant`.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from agents.delivery.clock import SystemClock
from agents.settings import load_settings
from agents.transcriber.step import Workbench
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.contenders import heard_by_step
from benchmarks.speech.instant_engine import InstantEngine
from benchmarks.speech.long_recording import make_mp3

LOOK_S = 0.1
"""Time between looks at the memory of child processes, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MemoryRow:
    """What one recording took, in MB of resident memory."""

    minutes: float
    engine: str
    before_mb: float
    """Of the worker, once it had heard a minute."""
    added_mb: float
    """By the recording, at its peak."""
    children_mb: float
    """Of the decoder, its parent and the engine's process together, at their peak."""
    took_s: float
    first_batch_s: float | None
    """When the engine was first asked, where that can be seen."""


def memory_by_length(lengths: dict[float, str]) -> list[MemoryRow]:
    """Measure recordings of these lengths, in minutes, with the engine that is named for each."""
    return [_measured(minutes, engine) for minutes, engine in lengths.items()]


def _measured(minutes: float, engine: str) -> MemoryRow:
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [sys.executable, "-m", __name__, folder, str(minutes * 60), engine],
            stdout=subprocess.PIPE,
            check=True,
        )
    row = MemoryRow(**json.loads(done.stdout.splitlines()[-1]))
    print(
        f"{minutes:g} min, {engine}: {row.added_mb:.0f} MB added in {row.took_s:.0f} s", flush=True
    )
    return row


async def _worker(folder: Path, seconds: float, engine: str) -> MemoryRow:
    settings = load_settings(state_dir=folder)
    instant = InstantEngine() if engine == "instant" else None
    async with open_workbench(settings, SystemClock(), instant) as bench:
        await _heard(bench, settings.audio_dir / "minute.mp3", 60)
        long = settings.audio_dir / "long.mp3"
        make_mp3(long, seconds)
        if instant is not None:
            instant.first_asked_at = None
        before_mb = _own_mb("VmRSS")
        _forget_peak()
        began = time.monotonic()
        with _watched_children() as children:
            await heard_by_step(bench, long)
        asked_at = None if instant is None else instant.first_asked_at
        return MemoryRow(
            minutes=seconds / 60,
            engine=engine,
            before_mb=before_mb,
            added_mb=_own_mb("VmHWM") - before_mb,
            children_mb=max(children, default=0.0),
            took_s=time.monotonic() - began,
            first_batch_s=None if asked_at is None else asked_at - began,
        )


async def _heard(bench: Workbench, path: Path, seconds: float) -> None:
    make_mp3(path, seconds)
    await heard_by_step(bench, path)


@contextmanager
def _watched_children() -> Iterator[list[float]]:
    """Note, again and again, the memory of all processes below this one, in MB."""
    seen: list[float] = []
    over = threading.Event()

    def watch() -> None:
        while not over.wait(LOOK_S):
            seen.append(sum(map(_mb, _below(os.getpid()))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield seen
    finally:
        over.set()
        thread.join()


def _below(process: int) -> list[int]:
    try:
        listed = [path.read_text() for path in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    children = [int(number) for text in listed for number in text.split()]
    return children + [below for child in children for below in _below(child)]


def _forget_peak() -> None:
    """Let the peak of this process's memory count from here."""
    Path("/proc/self/clear_refs").write_text("5")


def _own_mb(field: str) -> float:
    lines = Path("/proc/self/status").read_text().splitlines()
    [line] = [line for line in lines if line.startswith(f"{field}:")]
    return int(line.split()[1]) / 1000


def _mb(process: int) -> float:
    """Return the memory of *process* that it shares with no other, in MB."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000


if __name__ == "__main__":
    measured = asyncio.run(_worker(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3]))
    print(json.dumps(asdict(measured)))
