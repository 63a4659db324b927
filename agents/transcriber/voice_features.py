"""What a voice sounds like, in a few numbers for each second: its spectrum and its pitch.

Plain signal processing without any trained weights; made for the reference diarizer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from agents.transcriber.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples

BANDS = 24
"""Mel bands of the spectrum."""

FEATURES = BANDS + 1
"""Numbers for each piece: log power by band [natural log, mean over the bands 0], and log2 of the
pitch [Hz], which is NaN where nothing was voiced."""

PIECE_MS = 1_200
"""Longest piece: enough for a mean over several sounds, short enough to find a change of voice."""

_FRAME, _HOP, _FFT = 640, 320, 1_024
"""Samples: 40 ms hold two periods of the lowest pitch; the FFT leaves room for every lag."""

_LOWEST_HZ, _HIGHEST_HZ = 60, 7_600
_PITCH_HZ = (65, 400)
_VOICED = 0.5
"""Autocorrelation at the pitch's lag, as a share of that at 0, from which a frame is voiced."""

_NEARLY = 0.9
"""The shortest lag that reaches this share of the best is the period, not a multiple of it."""

_LOUD_QUANTILE = 0.9
_QUIET, _FLOOR = 1e-3, 1e-9
"""Shares of the power of a chunk's loud frames: a frame with less is a pause (30 dB); so much is
added to every band, so that bands which a codec left empty are all alike."""

_LEAST_POWER = 1e-30
"""What digital silence counts as, to divide by it."""

_PAUSE_FRAMES = 8
"""A pause of 160 ms ends a piece: speakers change in pauses, mostly."""

_LEAST_FRAMES = 10
"""Shorter sounds tell nothing about a voice: 200 ms."""

_Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class VoicePieces:
    """Pieces of speech in order: `spans_ms` [n, 2] in the sound, and `features` [n, FEATURES]."""

    spans_ms: NDArray[np.int32]
    features: _Array


def voice_pieces(samples: Samples) -> VoicePieces:
    """Cut *samples* at pauses into pieces of PIECE_MS at most, and measure the voice of each."""
    power = _power(samples)
    total = power.sum(axis=1)
    loud = max(_LEAST_POWER, float(np.quantile(total, _LOUD_QUANTILE)))
    spans = list(_spans(total > _QUIET * loud))
    pitch = _log_pitch(power / np.float32(loud))
    bands = np.log(power @ _mel_filters().T / loud + _FLOOR).astype(np.float32)
    bands -= bands.mean(axis=1, keepdims=True)
    rows = [_features(bands[first:end], pitch[first:end]) for first, end in spans]
    hop_ms = _HOP // SAMPLES_PER_MS
    return VoicePieces(
        spans_ms=np.array(spans, np.int32).reshape(-1, 2) * hop_ms,
        features=np.array(rows, np.float32).reshape(-1, FEATURES),
    )


def _power(samples: Samples) -> _Array:
    """Return the power spectrum of each frame [frames, bins]; a short end is filled up."""
    padded = np.pad(samples, (0, max(0, _FRAME - len(samples))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FRAME)[::_HOP]
    spectrum = np.fft.rfft(frames * np.hanning(_FRAME).astype(np.float32), _FFT)
    return (np.abs(spectrum) ** 2).astype(np.float32)


def _spans(loud: NDArray[np.bool_]) -> Iterator[tuple[int, int]]:
    """Yield the first and the end frame of each piece."""
    where = np.flatnonzero(loud)
    if not len(where):
        return
    gaps = np.flatnonzero(np.diff(where) > _PAUSE_FRAMES)
    starts = [where[0], *where[gaps + 1]]
    ends = [*where[gaps] + 1, where[-1] + 1]
    longest = PIECE_MS * SAMPLES_PER_MS // _HOP
    for start, end in zip(starts, ends, strict=True):
        if end - start >= _LEAST_FRAMES:
            parts = -(-(end - start) // longest)
            yield from pairwise(int(edge) for edge in np.linspace(start, end, parts + 1))


def _features(bands: _Array, pitch: _Array) -> _Array:
    """Return the means over the voiced frames; over all of them where none is voiced."""
    voiced = ~np.isnan(pitch)
    if not voiced.any():
        return np.append(bands.mean(axis=0), np.float32(np.nan))
    return np.append(bands[voiced].mean(axis=0), np.median(pitch[voiced]))


def _log_pitch(power: _Array) -> _Array:
    """Return log2 of each frame's pitch, NaN where it is not voiced, by autocorrelation.

    The window's own autocorrelation is divided out. Source: Boersma 1993, "Accurate short-term
    analysis of the fundamental frequency", https://www.fon.hum.uva.nl/paul/papers/Proceedings_1993.pdf
    """
    shortest, longest = (SAMPLE_RATE_HZ // hz for hz in reversed(_PITCH_HZ))
    window = np.abs(np.fft.rfft(np.hanning(_FRAME), _FFT)) ** 2
    shape = np.fft.irfft(window)[: longest + 1]
    lags = np.fft.irfft(power, axis=1)[:, : longest + 1] / (shape / shape[0])
    lags = lags[:, shortest:] / np.maximum(lags[:, :1], 1e-12)
    best = lags.max(axis=1)
    period = shortest + np.argmax(lags >= _NEARLY * best[:, None], axis=1)
    pitch = np.log2(SAMPLE_RATE_HZ / period)
    return np.where(best >= _VOICED, pitch, np.nan).astype(np.float32)


@cache
def _mel_filters() -> _Array:
    """Return triangular filters, equally wide on the mel scale [bands, bins]."""
    low, high = (2_595 * np.log10(1 + hz / 700) for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    edges = 700 * (10 ** (np.linspace(low, high, BANDS + 2) / 2_595) - 1)
    bins = np.fft.rfftfreq(_FFT, 1 / SAMPLE_RATE_HZ)
    left, middle, right = edges[:-2, None], edges[1:-1, None], edges[2:, None]
    rising, falling = (bins - left) / (middle - left), (right - bins) / (right - middle)
    return np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
