"""Whole recordings from files: decoding, voice activity and batches, and what processors pay."""

import asyncio
import os
import resource
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from agents.delivery.clock import SystemClock
from agents.settings import load_settings
from agents.transcriber.engine import EngineOptions
from agents.transcriber.intake import IntakeState
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.gpu.batches import Batches
from benchmarks.speech.gpu.parts import WARM_UP
from schemas import AudioReceived

IN_FLIGHT = 64
"""Recordings at the same time."""

LANGUAGE = "en"
"""Of every recording: random weights are sure of none, and what is doubted is heard again."""

T = TypeVar("T")

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
    """Hear all *files* by the model in the folder *model*, after two rounds to warm up.

    Raises:
        ValueError: not every chunk was heard once, so that the rates would say nothing.

    """
    settings = load_settings(
        state_dir=files[0].parent / f"state-{row.shape}-{row.beam}",
        audio_roots=(str(files[0].parent),),
        whisper_model=str(model),
        word_timestamps=False,
        store=None,
    )
    async with open_workbench(settings, SystemClock()) as bench:
        chunks = sum(await _of_all(files, partial(_chunks, bench)))
        for number in range(-WARM_UP, rounds):
            before, cpu_s, began = Batches.so_far(), _cpu_s(), time.perf_counter()
            await _of_all(files, partial(_hear, bench, f"round-{number}"))
            took_s = time.perf_counter() - began
            print(f"{row.shape}, beam {row.beam}: {len(files)} files in {took_s:.2f} s", flush=True)
            if number >= 0:
                windows = round((Batches.so_far() - before).rows)
                check_heard_once(windows, chunks)
                row.took_s.append(took_s)
                row.cpu_s.append(_cpu_s() - cpu_s)
                row.windows.append(windows)


def check_heard_once(windows: int, chunks: int) -> None:
    """Make sure that as many *windows* were heard as the recordings have *chunks*.

    Raises:
        ValueError: they were not.

    """
    if windows != chunks:
        raise ValueError(
            f"{windows} windows were heard of {chunks} chunks, where each was to be heard once: "
            "look for loops, doubtful languages and batches tried again"
        )


async def _of_all(files: Sequence[Path], work: Callable[[Path], Awaitable[T]]) -> list[T]:
    room = asyncio.Semaphore(IN_FLIGHT)

    async def of_one(path: Path) -> T:
        async with room:
            return await work(path)

    return await asyncio.gather(*map(of_one, files))


async def _chunks(bench: Workbench, path: Path) -> int:
    """Return how many chunks our step cuts the recording at *path* into."""
    [model] = bench.runner.served.values()
    with path.open("rb") as file:
        intake = IntakeState(file, bench.listener, model.chunk_policy, EngineOptions())
        return len([chunk async for chunk in intake.chunks()])


async def _hear(bench: Workbench, user_id: str, path: Path) -> None:
    """Hear the recording at *path*; anew, where it is another person's."""
    event = AudioReceived(
        user_id=user_id,
        recording_id=path.stem,
        audio_uri=path.as_uri(),
        language_hint=LANGUAGE,
    )
    await transcribe(event, bench=bench, progress=lambda *_: None)


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
