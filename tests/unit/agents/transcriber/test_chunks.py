from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.chunks import ChunkerState
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.samples import SAMPLE_RATE_HZ
from agents.transcriber.speech import WINDOW_SAMPLES

WINDOWS_PER_S = SAMPLE_RATE_HZ / WINDOW_SAMPLES
SENTENCES = ChunkPolicy(max_s=30, silence_ms=250, pad_ms=150, merge=False)


def cut(pattern: str, policy: ChunkPolicy, block_windows: int = 40) -> list[Chunk]:
    """Chunk a recording drawn as tenths of a second: `x` speech, `.` silence.

    Every sample holds the number of its window, so that a chunk shows where it was taken.
    """
    speech = [float(tenth == "x") for tenth in pattern for _ in range(3)]
    samples = np.repeat(np.arange(len(speech), dtype=np.float32), WINDOW_SAMPLES)
    chunker = ChunkerState(policy, EngineOptions())
    chunks: list[Chunk] = []
    for at in range(0, len(speech), block_windows):
        block = samples[at * WINDOW_SAMPLES : (at + block_windows) * WINDOW_SAMPLES]
        chunks += chunker.push(block, speech[at : at + block_windows])
    return [*chunks, *chunker.finish()]


def test_silence_gives_no_chunk() -> None:
    assert cut("." * 300, ChunkPolicy()) == []


def test_merges_neighbours_while_they_fit() -> None:
    chunks = cut("." * 20 + ("x" * 30 + "." * 10) * 8, ChunkPolicy())

    assert len(chunks) == 2
    assert max(len(chunk.samples) for chunk in chunks) <= 30 * SAMPLE_RATE_HZ


def test_a_policy_without_merging_gives_each_sentence_its_own_chunk() -> None:
    chunks = cut("..." + ("x" * 20 + "." * 6) * 5, SENTENCES)

    assert len(chunks) == 5


def test_keeps_a_little_silence_around_speech_but_never_a_neighbours_sound() -> None:
    chunks = cut("." * 20 + "x" * 20 + "." * 3 + "x" * 20 + "." * 20, SENTENCES)

    [first, second] = chunks
    assert first.samples[0] == pytest.approx(60 - 5, abs=1)
    assert first.samples[-1] <= second.samples[0]
    assert second.samples[-1] == pytest.approx(189 + 4, abs=1)


def test_says_where_a_chunk_starts_and_how_much_of_it_is_speech() -> None:
    [chunk] = cut("." * 50 + "x" * 20 + "." * 50, ChunkPolicy())

    start_window = chunk.samples[0]
    assert chunk.start_ms == pytest.approx(start_window * 32, abs=32)
    assert chunk.speech_ms == 20 * 3 * 32


def test_cuts_speech_that_never_pauses() -> None:
    chunks = cut("x" * 1000, ChunkPolicy())

    assert len(chunks) >= 4
    assert max(len(chunk.samples) for chunk in chunks) <= 30 * SAMPLE_RATE_HZ


def test_gives_chunks_before_the_recording_ends() -> None:
    chunker = ChunkerState(ChunkPolicy(), EngineOptions())
    minute = np.zeros(WINDOW_SAMPLES * 1875, np.float32)

    given_so_far = list(chunker.push(minute, [0.9] * 1875))

    assert given_so_far


def test_holds_no_more_than_a_chunk_of_a_long_recording() -> None:
    chunker = ChunkerState(ChunkPolicy(), EngineOptions())
    block, speech = np.zeros(WINDOW_SAMPLES * 150, np.float32), [0.9] * 150
    for _ in range(100):
        list(chunker.push(block, speech))

    assert len(chunker._held) <= 65 * SAMPLE_RATE_HZ


@given(
    pattern=st.text(alphabet="x.", max_size=900),
    merge=st.booleans(),
    block_windows=st.integers(1, 400),
)
def test_every_piece_of_speech_is_in_one_chunk_whatever_the_blocks(
    *, pattern: str, merge: bool, block_windows: int
) -> None:
    policy = ChunkPolicy(max_s=10, silence_ms=300, pad_ms=100, merge=merge)

    chunks = cut(pattern, policy, block_windows)

    windows = [set(chunk.samples.astype(int)) for chunk in chunks]
    heard = set().union(*windows)
    runs = [run for run in spoken_runs(pattern) if len(run) * 32 > 400]
    assert all(run <= heard for run in runs)
    assert all(len(chunk.samples) <= 10 * SAMPLE_RATE_HZ for chunk in chunks)
    assert all(
        left.start_ms + len(left.samples) / 16 <= right.start_ms + 1
        for left, right in pairwise(chunks)
    )


def spoken_runs(pattern: str) -> list[set[int]]:
    """Return the windows of each unbroken run of speech."""
    runs: list[set[int]] = [set()]
    for tenth, mark in enumerate(pattern):
        if mark == "x":
            runs[-1] |= {3 * tenth, 3 * tenth + 1, 3 * tenth + 2}
        elif runs[-1]:
            runs.append(set())
    return runs
