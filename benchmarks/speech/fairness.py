"""How long a voice note takes while a long recording is transcribed, and alone."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from prometheus_client import REGISTRY

from agents.delivery.clock import SystemClock
from agents.settings import Settings
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.clips import Clip
from benchmarks.speech.contenders import heard_by_step
from benchmarks.speech.long_recording import make_mp3
from schemas import AudioReceived, StageState

BATCHES = 20
"""Batches of the long recording that are measured before any note is sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FairnessRow:
    """Latencies of voice notes, in milliseconds."""

    hours: float
    """Length of the recording that is transcribed beside them."""
    notes: int
    alone_p50_ms: float
    alone_p95_ms: float
    beside_p50_ms: float
    beside_p95_ms: float
    batch_ms: float
    """Mean time of a batch of the long recording while nothing else is transcribed."""


async def fairness(settings: Settings, notes: Sequence[Clip], hours: float) -> FairnessRow:
    """Send *notes* one after the other, first alone, then beside a recording of *hours*."""
    long = settings.audio_dir / "long.mp3"
    async with open_workbench(settings, SystemClock()) as bench:
        make_mp3(long, hours * 3600)
        await _latencies(bench, notes[:3])
        alone = await _latencies(bench, notes)
        begun = asyncio.Event()
        work = asyncio.create_task(_transcribed(bench, long.as_uri(), begun))
        await begun.wait()
        batch_s = await _batch_s()
        beside = await _latencies(bench, notes)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
    return FairnessRow(
        hours=hours,
        notes=len(notes),
        alone_p50_ms=_at(alone, 0.5),
        alone_p95_ms=_at(alone, 0.95),
        beside_p50_ms=_at(beside, 0.5),
        beside_p95_ms=_at(beside, 0.95),
        batch_ms=round(1000 * batch_s, 1),
    )


async def _batch_s() -> float:
    """Return the mean time of the next batches, in seconds."""
    begin_s, first = _engine()
    busy_s, batches = begin_s, first
    while batches < first + BATCHES:
        await asyncio.sleep(0.2)
        busy_s, batches = _engine()
    return (busy_s - begin_s) / (batches - first)


async def _transcribed(bench: Workbench, uri: str, begun: asyncio.Event) -> None:
    event = AudioReceived(user_id="long", recording_id="long", audio_uri=uri)

    def progress(state: StageState, share: float | None) -> None:
        del share
        if state is StageState.RUNNING:
            begun.set()

    await transcribe(event, bench=bench, progress=progress)


async def _latencies(bench: Workbench, notes: Sequence[Clip]) -> list[float]:
    seconds = []
    for note in notes:
        began = time.monotonic()
        await heard_by_step(bench, note.path)
        seconds.append(time.monotonic() - began)
    return seconds


def _engine() -> tuple[float, float]:
    """Return how long the engine has worked, in seconds, and on how many batches."""
    labels = {"engine": "faster-whisper", "model": "demo"}
    busy_s = REGISTRY.get_sample_value("daybook_engine_busy_seconds_total", labels)
    batches = REGISTRY.get_sample_value("daybook_engine_batch_rows_count", labels)
    return busy_s or 0.0, batches or 0.0


def _at(seconds: Sequence[float], share: float) -> float:
    ordered = sorted(seconds)
    if share == 0.5:  # noqa: PLR2004 - the median
        return round(1000 * statistics.median(ordered), 1)
    return round(1000 * ordered[int(share * (len(ordered) - 1))], 1)
