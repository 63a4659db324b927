"""What is measured of a voice."""

import numpy as np
import pytest

from agents.transcriber.voice_features import BANDS, FEATURES, PIECE_MS, voice_pieces
from tests.support.audio import babble, noise, silence, tone


def test_silence_and_nothing_have_no_pieces() -> None:
    for samples in (silence(1), silence(0), tone(0.05)):
        pieces = voice_pieces(samples)

        assert (pieces.spans_ms.shape, pieces.features.shape) == ((0, 2), (0, FEATURES))


def test_pieces_cover_the_speech_and_leave_out_the_pauses() -> None:
    spans_ms = voice_pieces(np.concatenate([silence(1), babble(3), silence(1), babble(1)])).spans_ms

    assert (spans_ms[:, 1] > spans_ms[:, 0]).all()
    assert (np.diff(spans_ms, axis=1) <= PIECE_MS).all()
    assert [spans_ms[0, 0], spans_ms[-1, 1]] == pytest.approx([1_000, 6_000], abs=100)
    assert not any(start < 4_800 and end > 4_200 for start, end in spans_ms)


@pytest.mark.parametrize("pitch_hz", [90, 120, 180, 240])
def test_the_pitch_is_found_to_a_tenth(pitch_hz: float) -> None:
    pitch = 2 ** voice_pieces(babble(4, pitch_hz=pitch_hz)).features[:, BANDS]

    assert np.median(pitch) == pytest.approx(pitch_hz, rel=0.1)


def test_noise_has_no_pitch() -> None:
    assert np.isnan(voice_pieces(noise(1)).features[:, BANDS]).all()


def test_how_loud_a_voice_is_does_not_count() -> None:
    loud = babble(2)

    quiet = voice_pieces(loud * np.float32(0.1))

    np.testing.assert_allclose(quiet.features, voice_pieces(loud).features, atol=0.02)
