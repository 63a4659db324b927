"""Whole recordings from files: decoding, voice activity and batches, and what processors pay."""

import asyncio
import os
import resource
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from agents.delivery.clock import SystemClock
from agents.settings import load_settings
from agents.transcriber.step import Workbench
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.contenders import heard_by_step
from benchmarks.speech.gpu.batches import Batches
from benchmarks.speech.gpu.parts import WARM_UP

IN_FLIGHT = 64
"""Recordings at the same time."""

_TICKS_PER_S = os.sysconf("SC_CLK_TCK")


@dataclass(slots=True, kw_only=True)
class FilesRow:
    """What our whole step did with all files; every list has a value a round."""

    shape: str
    beam: int
    files: int
    audio_s: float
    took_s: list[float] = field(default_factory=list)
    cpu_s: list[float] = field(default_factory=list)
    """Of the worker and all processes below it."""
    windows: list[int] = field(default_factory=list)


async def measure_files(row: FilesRow, model: Path, files: Sequence[Path], rounds: int) -> None:
    """Hear all *files* by the model in the folder *model*, after two rounds to warm up."""
    settings = load_settings(
        state_dir=files[0].parent / f"state-{row.shape}-{row.beam}",
        audio_roots=(str(files[0].parent),),
        whisper_model=str(model),
        word_timestamps=False,
        store=None,
    )
    async with open_workbench(settings, SystemClock()) as bench:
        for number in range(-WARM_UP, rounds):
            before, cpu_s, began = Batches.so_far(), _cpu_s(), time.perf_counter()
            await _all(bench, files)
            took_s = time.perf_counter() - began
            print(f"{row.shape}, beam {row.beam}: {len(files)} files in {took_s:.2f} s", flush=True)
            if number >= 0:
                row.took_s.append(took_s)
                row.cpu_s.append(_cpu_s() - cpu_s)
                row.windows.append(round((Batches.so_far() - before).rows))


async def _all(bench: Workbench, files: Sequence[Path]) -> None:
    room = asyncio.Semaphore(IN_FLIGHT)

    async def hear(path: Path) -> None:
        async with room:
            await heard_by_step(bench, path)

    await asyncio.gather(*map(hear, files))


def _cpu_s() -> float:
    """Return the processor time of this process, of those below it, and of those that ended."""
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + ended.ru_utime + ended.ru_stime + sum(map(_ticks_s, _below()))


def _below() -> list[int]:
    """Return all processes below this one."""
    parents: dict[int, int] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        fields = _fields(int(path.parent.name))
        if fields:
            parents[int(path.parent.name)] = int(fields[1])
    found, newest = set[int](), {os.getpid()}
    while newest:
        newest = {child for child, parent in parents.items() if parent in newest}
        found |= newest
    return sorted(found)


def _ticks_s(process: int) -> float:
    """Return the time of *process* and of its own children that ended."""
    return sum(map(int, _fields(process)[11:15])) / _TICKS_PER_S


def _fields(process: int) -> list[str]:
    """Return what the system says of *process* from its state on; nothing once it is gone."""
    try:
        content = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return []
    return content.rpartition(")")[2].split()
