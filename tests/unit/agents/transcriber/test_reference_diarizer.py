"""The reference diarizer, on voices that differ by their pitch."""

import tracemalloc
from itertools import count

import numpy as np
import pytest

from agents.transcriber.diarizer import Turn
from agents.transcriber.engine import Chunk
from agents.transcriber.reference_diarizer import ReferenceDiarizationState, ReferenceDiarizer
from agents.transcriber.samples import Samples
from tests.support.audio import babble, silence

LOW_HZ, MIDDLE_HZ, HIGH_HZ = 100.0, 150.0, 220.0
TEN_HOURS_S = 36_000


def a_chunk(samples: Samples, start_ms: int) -> Chunk:
    return Chunk(samples=samples, start_ms=start_ms, speech_ms=0)


def told_apart(*pitches_hz: float, speakers: int | None = None) -> tuple[Turn, ...]:
    """Return the turns of a recording of chunks of two seconds, one every three."""
    state = ReferenceDiarizer().begin()
    for index, pitch_hz in enumerate(pitches_hz):
        state.push(a_chunk(babble(2, index, pitch_hz=pitch_hz), 3_000 * index))
    return state.finish(speakers=speakers)


def speakers_of(turns: tuple[Turn, ...]) -> str:
    """Return the speakers in order as letters, the first as `a`."""
    names = dict(zip(dict.fromkeys(turn.speaker for turn in turns), "abcdef", strict=False))
    return "".join(names[turn.speaker] for turn in turns)


def test_a_recording_without_speech_has_no_turns() -> None:
    state = ReferenceDiarizer().begin()
    state.push(a_chunk(silence(2), 0))

    assert state.finish(speakers=None) == ()
    assert ReferenceDiarizer().begin().finish(speakers=2) == ()


def test_two_voices_are_told_apart() -> None:
    turns = told_apart(LOW_HZ, HIGH_HZ, HIGH_HZ, LOW_HZ, HIGH_HZ, LOW_HZ)

    assert speakers_of(turns) == "abbaba"[: len(turns)]
    assert [turn.start_ms for turn in turns] == pytest.approx(range(0, 18_000, 3_000), abs=200)
    assert [turn.end_ms for turn in turns] == pytest.approx(range(2_000, 20_000, 3_000), abs=200)
    assert all(0.9 < turn.confidence <= 1 for turn in turns)


def test_two_voices_in_one_chunk_are_told_apart() -> None:
    state = ReferenceDiarizer().begin()
    voices = [babble(3, 1, pitch_hz=LOW_HZ), silence(0.3), babble(3, 2, pitch_hz=HIGH_HZ)]
    state.push(a_chunk(np.concatenate(voices), 60_000))

    turns = state.finish(speakers=None)

    assert speakers_of(turns) == "ab"
    assert [turn.start_ms for turn in turns] == pytest.approx([60_000, 63_300], abs=200)


def test_one_voice_is_one_speaker_even_if_there_may_be_more() -> None:
    assert set(speakers_of(told_apart(*[LOW_HZ] * 8))) == {"a"}
    assert set(speakers_of(told_apart(*[LOW_HZ] * 8, speakers=4))) == {"a"}


@pytest.mark.parametrize(("most", "found"), [(None, 2), (1, 1), (2, 2), (3, 3), (6, 3)])
def test_no_more_speakers_are_found_than_there_can_be(most: int | None, found: int) -> None:
    turns = told_apart(*[LOW_HZ, MIDDLE_HZ, HIGH_HZ] * 4, speakers=most)

    assert len(set(speakers_of(turns))) == found


def test_the_same_chunks_give_the_same_turns() -> None:
    pitches_hz = LOW_HZ, HIGH_HZ, MIDDLE_HZ, LOW_HZ

    assert told_apart(*pitches_hz) == told_apart(*pitches_hz)


def test_ten_hours_of_speech_take_little_memory() -> None:
    state, voices = ReferenceDiarizer().begin(), [babble(30, n, pitch_hz=100 + n) for n in range(2)]
    tracemalloc.start()
    try:
        fill(state, voices, until_s=TEN_HOURS_S // 40)
        held_bytes = 40 * tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()

    assert held_bytes < 10 << 20


def fill(state: ReferenceDiarizationState, voices: list[Samples], *, until_s: int) -> None:
    for index in count():
        start_s = index * 30
        if start_s >= until_s:
            return
        state.push(a_chunk(voices[index % len(voices)], start_s * 1000))
