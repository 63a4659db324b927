"""Makes every row come to the same number of tokens, in this process or the engine's."""

import math
import os
from collections.abc import Sequence
from typing import Any

from agents.transcriber import quality
from agents.transcriber.engines import faster_whisper_engine
from agents.transcriber.engines.faster_whisper_engine import DECODING, FasterWhisperEngine
from agents.transcriber.engines.whisper_engine import Attempt
from agents.transcriber.engines.whisper_rows import Heard

TOKENS = 75
"""Tokens of every window, its one time stamp included: 2.5 for each of its 30 seconds."""

MAX_LENGTH = 2 * TOKENS
"""What CTranslate2 is told: it stops at half of this, or at this less the prompt."""

BEAM = "BENCH_GPU_BEAM"
"""Variable that tells the engine's process how many beams to follow."""


class FixedLengthEngine(FasterWhisperEngine):
    """Our engine, which makes sure that every row was read once and came to its full length."""

    def _generate(self, encoded: Any, prompts: list[list[int]], attempt: Attempt) -> list[Heard]:
        heard = super()._generate(encoded, prompts, attempt)
        if attempt is not Attempt.FIRST:
            raise ValueError(f"a row was decoded once more: {attempt}")
        check_lengths([one.tokens for one in heard])
        return heard


def check_lengths(rows: Sequence[Sequence[int]], tokens: int = TOKENS) -> None:
    """Make sure that each of *rows* has as many *tokens*.

    Raises:
        ValueError: one has not, so that no two rates could be compared.

    """
    lengths = {len(row) for row in rows}
    if lengths != {tokens}:
        raise ValueError(f"rows of {sorted(lengths)} tokens, where each was to have {tokens}")


def fix_length(beam: int) -> None:
    """Let all decoding of this process follow *beam* beams, to the same length, without repair."""
    DECODING.update(max_length=MAX_LENGTH, beam_size=beam)
    quality.LOOP_RATIO = math.inf
    faster_whisper_engine.FasterWhisperEngine = FixedLengthEngine  # type: ignore[misc]


def beam_told() -> int:
    """Return how many beams this process was told to follow."""
    return int(os.environ[BEAM])
