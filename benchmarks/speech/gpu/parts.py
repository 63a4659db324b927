"""What the model's two halves take by batch size: the encoder a window, the decoder a step."""

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from agents.transcriber.serving.gpu_watch import GpuWatch
from benchmarks.speech.gpu.bare_loop import BareLoop
from benchmarks.speech.gpu.fixed_length import TOKENS

FEW_TOKENS = 15
"""A step is what each of the tokens beyond these adds: the prompt's part is no step's."""

WARM_UP = 2


@dataclass(slots=True, kw_only=True)
class PartsRow:
    """One batch size; every list has a value a round, none where memory was too small."""

    shape: str
    beam: int
    rows: int
    encoder_ms: list[float] = field(default_factory=list)
    """A window, the copy of what came out to the host included: that is how its end is seen."""
    step_ms: list[float] = field(default_factory=list)
    """A step of all rows together."""
    memory_mb: float | None = None
    """In use on the whole GPU afterwards; CTranslate2 keeps what smaller batches took."""
    too_little_memory: bool = False


def measure_parts(
    loop: BareLoop, batches: Iterable[int], rounds: int, shape: str
) -> list[PartsRow]:
    """Measure all *batches* by turns, after two rounds to warm up."""
    rows = [PartsRow(shape=shape, beam=loop.beam, rows=count) for count in sorted(batches)]
    watch = GpuWatch()
    for number in range(-WARM_UP, rounds):
        for row in rows:
            if not row.too_little_memory:
                _measure(loop, row, counts=number >= 0)
                use = watch.use()
                row.memory_mb = None if use is None else use.memory_bytes / 1e6
    for row in rows:
        print(f"{shape}, beam {row.beam}, batch {row.rows}: {row.encoder_ms} {row.step_ms}")
    return rows


def _measure(loop: BareLoop, row: PartsRow, *, counts: bool) -> None:
    windows = loop.batch(row.rows)
    try:
        began = time.perf_counter()
        loop.model.encode(windows, to_cpu=True)
        encoder_s = time.perf_counter() - began
        encoded = loop.model.encode(windows)
        few_s, all_s = (_timed(loop, encoded, tokens) for tokens in (FEW_TOKENS, TOKENS))
    except RuntimeError as error:
        if "memory" not in str(error):
            raise
        row.too_little_memory = True
        row.encoder_ms.clear()
        row.step_ms.clear()
        return
    if counts:
        row.encoder_ms.append(1000 * encoder_s / row.rows)
        row.step_ms.append(1000 * (all_s - few_s) / (TOKENS - FEW_TOKENS))


def _timed(loop: BareLoop, encoded: Any, tokens: int) -> float:
    prompts = [loop.prompt("en")] * encoded.shape[0]
    began = time.perf_counter()
    loop.generate(encoded, prompts, tokens)
    return time.perf_counter() - began
