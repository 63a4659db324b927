"""Times contenders by turns, and one lone clip; shares and ratios are of medians."""

import asyncio
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from faster_whisper import WhisperModel

from agents.delivery.clock import SystemClock
from agents.demo import MODEL_DIR
from agents.settings import Settings
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engines.faster_whisper_engine import open_engine
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.clips import Clip
from benchmarks.speech.contenders import Contender, heard_by_step


@dataclass(slots=True, kw_only=True)
class Row:
    """What one contender did in all rounds."""

    name: str
    what: str
    clips_per_s: list[float] = field(default_factory=list)
    other_texts: int = 0
    """Clips whose text differs from the bare loop's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoneRow:
    """The time of one clip when nothing else is done, in milliseconds."""

    what: str
    p50_ms: float
    p95_ms: float


def by_turns(everyone: Sequence[Contender], clips: Sequence[Clip], rounds: int) -> list[Row]:
    """Let everyone hear all clips, once to warm up and then in *rounds*, one after the other."""
    rows = {one.name: Row(name=one.name, what=one.what) for one in everyone}
    texts = {one.name: one.hear(clips) for one in everyone}
    for number in range(rounds):
        for one in everyone:
            began = time.monotonic()
            one.hear(clips)
            rows[one.name].clips_per_s.append(len(clips) / (time.monotonic() - began))
            print(f"round {number + 1}: {one.name}: {rows[one.name].clips_per_s[-1]:.2f} clips/s")
    for name, row in rows.items():
        pairs = zip(texts[name], texts["bare loop"], strict=True)
        row.other_texts = sum(text != bare for text, bare in pairs)
    return list(rows.values())


def lone_clip(settings: Settings, clips: Sequence[Clip]) -> list[LoneRow]:
    """Hear clips one at a time: by our whole step, by our engine alone, and by faster-whisper."""
    with open_engine(DEMO_MODEL, device="cpu") as engine:
        plain = WhisperModel(str(MODEL_DIR), device="cpu", local_files_only=True)
        times: dict[str, list[float]] = {"step": [], "engine": [], "plain": []}

        async def measure() -> None:
            async with open_workbench(settings, SystemClock()) as bench:
                await heard_by_step(bench, clips[0].path)
                for clip in clips:
                    began = time.monotonic()
                    await heard_by_step(bench, clip.path)
                    times["step"].append(time.monotonic() - began)
                    began = time.monotonic()
                    engine.transcribe([clip.chunk])
                    times["engine"].append(time.monotonic() - began)
                    began = time.monotonic()
                    list(plain.transcribe(str(clip.path), temperature=0.0)[0])
                    times["plain"].append(time.monotonic() - began)

        asyncio.run(measure())
    added = [step - bare for step, bare in zip(times["step"], times["engine"], strict=True)]
    return [
        _lone("our whole step, words included", times["step"]),
        _lone("our engine alone, in the same process", times["engine"]),
        _lone("difference of the two, clip by clip", added),
        _lone("faster-whisper 1.2.1 alone, without words", times["plain"]),
    ]


def _lone(what: str, seconds: Sequence[float]) -> LoneRow:
    ordered = sorted(seconds)
    return LoneRow(
        what=what,
        p50_ms=round(1000 * statistics.median(ordered), 1),
        p95_ms=round(1000 * ordered[int(0.95 * (len(ordered) - 1))], 1),
    )
