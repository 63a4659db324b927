from itertools import pairwise
from math import inf

import numpy as np
import pytest
from faster_whisper.vad import VadOptions, get_speech_timestamps, get_vad_model

from agents.transcriber.samples import Samples
from agents.transcriber.speech import (
    WINDOW_SAMPLES,
    Region,
    SpeechPolicy,
    best_cut,
    speech_regions,
)
from agents.transcriber.voice_activity import VoiceActivity
from tests.support.audio import babble, noise, silence, tone

SIGNALS = {
    "babble": babble(6.3),
    "babble with pauses": np.concatenate(
        [silence(0.7), babble(2.1, 1), silence(0.6), babble(1.4, 2), silence(2.5), babble(3, 3)]
    ),
    "noise": noise(4.0, 0.05),
    "tone": tone(3.0),
    "silence": silence(2.0),
    "speech to the very end": np.concatenate([silence(1), babble(2.016, 4)]),
}


@pytest.mark.parametrize("silence_ms", [250, 500, 2000])
@pytest.mark.parametrize("name", SIGNALS)
def test_finds_what_silero_finds(name: str, silence_ms: int) -> None:
    samples = SIGNALS[name].copy()
    policy = SpeechPolicy(min_speech_ms=0, silence_ms=silence_ms, max_s=inf)

    ours = speech_regions(probabilities(samples), policy, len(samples))

    options = VadOptions(min_silence_duration_ms=silence_ms, speech_pad_ms=0)
    theirs = get_speech_timestamps(samples, options)
    assert [(region.start, region.end) for region in ours] == [
        (speech["start"], speech["end"]) for speech in theirs
    ]


def probabilities(samples: Samples) -> list[float]:
    stream = VoiceActivity().stream()
    return [*stream.push(samples), *stream.finish()]


def test_the_babble_of_these_tests_counts_as_speech() -> None:
    assert max(probabilities(SIGNALS["babble"])) > 0.5
    assert max(probabilities(SIGNALS["silence"])) < 0.35


@pytest.mark.parametrize("block", [160, 511, 512, 16_000, 50_000])
def test_blocks_of_any_size_give_the_same_probabilities(block: int) -> None:
    samples = SIGNALS["babble with pauses"]
    stream = VoiceActivity().stream()

    pieces = [stream.push(samples[at : at + block]) for at in range(0, len(samples), block)]

    streamed = [item for piece in [*pieces, stream.finish()] for item in piece]
    padded = np.pad(samples, (0, WINDOW_SAMPLES - len(samples) % WINDOW_SAMPLES))
    assert streamed == pytest.approx(get_vad_model()(padded).reshape(-1), abs=1e-4)


def test_a_blip_is_no_speech() -> None:
    blip = [0.0] * 20 + [0.9] * 3 + [0.0] * 40

    assert speech_regions(blip, SpeechPolicy(min_speech_ms=100), 63 * WINDOW_SAMPLES) == []


def test_speech_without_an_end_is_cut_at_its_longest_pause() -> None:
    policy = SpeechPolicy(silence_ms=500, max_s=10)
    talk = [0.9] * 200 + [0.2] * 10 + [0.9] * 60 + [0.2] * 3 + [0.9] * 200

    regions = speech_regions(talk, policy, len(talk) * WINDOW_SAMPLES)

    assert 200 <= regions[0].end / WINDOW_SAMPLES <= 215
    assert all(region.end - region.start <= 160_000 for region in regions)


def test_cutting_loses_no_speech() -> None:
    policy = SpeechPolicy(silence_ms=500, max_s=10)
    talk = [0.9] * 2000

    regions = speech_regions(talk, policy, len(talk) * WINDOW_SAMPLES)

    assert all(left.end == right.start for left, right in pairwise(regions))
    assert (regions[0].start, regions[-1].end) == (0, len(talk) * WINDOW_SAMPLES)


def test_cuts_where_speech_is_least_likely_but_not_early() -> None:
    assert best_cut([0.9] * 70 + [0.1] * 4 + [0.9] * 26, kernel=4) == 72
    assert best_cut([0.1] * 10 + [0.9] * 90, kernel=4) > 50


def test_an_open_end_belongs_to_the_speech() -> None:
    assert speech_regions([0.9] * 10, SpeechPolicy(), 5000) == [Region(start=0, end=5000)]
