import numpy as np
import pytest

from agents.transcriber.engine import Chunk
from agents.transcriber.pauses import split_at_longest_pause
from agents.transcriber.samples import Samples
from tests.support.audio import babble, noise, silence


def a_chunk(*sounds: Samples) -> Chunk:
    samples = np.concatenate(sounds)
    return Chunk(samples=samples, start_ms=5_000, speech_ms=len(samples) // 16)


def test_cuts_in_the_middle_of_the_longest_pause() -> None:
    chunk = a_chunk(babble(2, 1), silence(0.2), babble(2, 2), silence(1), babble(3, 3))

    parts = split_at_longest_pause(chunk)

    assert parts is not None
    first, second = parts
    assert second.start_ms == pytest.approx(5_000 + 4_700, abs=60)
    assert first.start_ms == 5_000
    assert np.array_equal(np.concatenate((first.samples, second.samples)), chunk.samples)
    assert first.speech_ms + second.speech_ms == chunk.speech_ms


def test_hears_a_pause_in_noise() -> None:
    sound = np.concatenate([babble(2, 1), silence(0.6), babble(2, 2)])
    parts = split_at_longest_pause(a_chunk(sound + noise(len(sound) / 16_000, 0.002)))

    assert parts is not None
    assert parts[1].start_ms == pytest.approx(5_000 + 2_300, abs=120)


@pytest.mark.parametrize(
    "sounds",
    [[babble(1.5)], [np.full(64_000, 0.3, np.float32)], [silence(0.5), babble(1)], [silence(0)]],
    ids=["too short", "no pause", "a pause at its edge", "nothing"],
)
def test_leaves_whole_what_has_no_pause_inside(sounds: list[Samples]) -> None:
    assert split_at_longest_pause(a_chunk(*sounds)) is None


def test_silence_has_no_part_worth_hearing_alone() -> None:
    assert split_at_longest_pause(a_chunk(silence(9))) is None
