"""Who hears the same chunks, and turns for all: a bare loop, plain faster-whisper, ourselves."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import cycle, islice

import numpy as np
from faster_whisper import WhisperModel

from agents.transcriber.engine import Chunk
from benchmarks.speech.gpu.bare_loop import BareLoop
from benchmarks.speech.gpu.batches import Batches
from benchmarks.speech.gpu.fixed_length import MAX_LENGTH, check_lengths
from benchmarks.speech.gpu.parts import WARM_UP

PLAIN_WINDOWS = 24
"""Windows that faster-whisper hears in a round: one at a time it needs no more to show its rate."""

PERCENTILES = (50, 95, 99)

Hear = Callable[[int], list[float]]
"""Hears so many windows and returns the latency of each, in seconds; of a bare loop, nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to hear, under one load: rows a batch, or chunks in flight."""

    name: str
    load: int
    windows: int
    hear: Hear


@dataclass(slots=True, kw_only=True)
class RateRow:
    """What one contender did in all rounds."""

    shape: str
    beam: int
    name: str
    load: int
    windows: int
    """Of one round."""
    windows_per_s: list[float] = field(default_factory=list)
    latency_ms: dict[str, float] = field(default_factory=dict)
    """p50, p95 and p99 of all rounds together."""
    batch_rows: float | None = None
    """Rows of a batch, the mean of all rounds."""
    batch_fill: float | None = None
    """The same as a share of the most rows of a batch."""


def by_turns(everyone: Sequence[Contender], rounds: int, shape: str, beam: int) -> list[RateRow]:
    """Let everyone hear, two rounds to warm up and then *rounds*, one after the other."""
    rows = [
        RateRow(shape=shape, beam=beam, name=one.name, load=one.load, windows=one.windows)
        for one in everyone
    ]
    batches = [Batches() for _ in rows]
    latencies: list[list[float]] = [[] for _ in rows]
    for number in range(-WARM_UP, rounds):
        for at, one in enumerate(everyone):
            before, began = Batches.so_far(), time.perf_counter()
            took_s = one.hear(one.windows)
            rate = one.windows / (time.perf_counter() - began)
            if number >= 0:
                rows[at].windows_per_s.append(rate)
                batches[at] += Batches.so_far() - before
                latencies[at] += took_s
            print(f"{shape}, beam {beam}: {one.name} {one.load}: {rate:.2f} windows/s", flush=True)
    for row, seen, took_s in zip(rows, batches, latencies, strict=True):
        _sum_up(row, seen, took_s)
    return rows


def bare(loop: BareLoop, rows: int, windows: int) -> Contender:
    """Return the bare loop, so many *rows* a batch."""

    def hear(count: int) -> list[float]:
        loop.run(count, rows)
        return []

    return Contender(name="bare", load=rows, windows=windows, hear=hear)


def plain(whisper: WhisperModel, chunks: Sequence[Chunk], beam: int) -> Contender:
    """Return faster-whisper, which hears one chunk after the other and is told no language."""
    whisper.max_length = MAX_LENGTH
    return Contender(
        name="plain", load=1, windows=PLAIN_WINDOWS, hear=partial(_plain, whisper, chunks, beam)
    )


def _plain(whisper: WhisperModel, chunks: Sequence[Chunk], beam: int, windows: int) -> list[float]:
    took_s = []
    for chunk in islice(cycle(chunks), windows):
        began = time.perf_counter()
        segments, _ = whisper.transcribe(chunk.samples, beam_size=beam, temperature=0.0)
        check_lengths([[token for segment in segments for token in segment.tokens]])
        took_s.append(time.perf_counter() - began)
    return took_s


def _sum_up(row: RateRow, seen: Batches, took_s: Sequence[float]) -> None:
    if took_s:
        row.latency_ms = {
            f"p{share}": round(1000 * float(np.percentile(took_s, share)), 1)
            for share in PERCENTILES
        }
    if seen.count:
        row.batch_rows, row.batch_fill = seen.rows / seen.count, seen.fill / seen.count
