"""Finds where to cut a chunk that the model repeats itself on."""

from dataclasses import replace

import numpy as np

from agents.transcriber.engine import Chunk
from agents.transcriber.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS

_FRAME = SAMPLE_RATE_HZ // 50
"""Samples whose loudness is looked at together: 20 ms, as in a common voice activity detector."""

_QUIET = 0.1
"""Share of the usual loudness below which a frame belongs to a pause."""

_LEAST_PART_S = 1.0
"""A part shorter than this, in seconds, is not worth hearing alone."""


def split_at_longest_pause(chunk: Chunk) -> tuple[Chunk, Chunk] | None:
    """Return *chunk* cut in the middle of its longest pause; None where it has none inside."""
    cut = _middle_of_longest_pause(chunk)
    if cut is None:
        return None
    share = cut / len(chunk.samples)
    before = round(chunk.speech_ms * share)
    return (
        replace(chunk, samples=chunk.samples[:cut], speech_ms=before),
        replace(
            chunk,
            samples=chunk.samples[cut:],
            start_ms=chunk.start_ms + cut // SAMPLES_PER_MS,
            speech_ms=chunk.speech_ms - before,
        ),
    )


def _middle_of_longest_pause(chunk: Chunk) -> int | None:
    count = len(chunk.samples) // _FRAME
    least = int(_LEAST_PART_S * SAMPLE_RATE_HZ / _FRAME)
    if count <= 2 * least:
        return None
    frames = chunk.samples[: count * _FRAME].reshape(count, _FRAME)
    loudness = np.sqrt(np.mean(frames.astype(np.float64) ** 2, axis=1))
    quiet = loudness < _QUIET * np.sqrt(np.mean(loudness**2))
    quiet[:least] = quiet[count - least :] = False
    edges = np.flatnonzero(np.diff(np.concatenate(([0], quiet.astype(np.int8), [0]))))
    pauses = edges.reshape(-1, 2)
    if not len(pauses):
        return None
    start, end = pauses[np.argmax(pauses[:, 1] - pauses[:, 0])]
    return int(start + end) * _FRAME // 2
