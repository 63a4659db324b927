"""Synthetic speech: espeak-ng's voices, drawn and spoken."""

import io
import subprocess
import wave
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.signal import resample_poly

from scripts.demo_model.grammar import spoken

RATE_HZ = 16_000
"""Sampling rate of everything Whisper hears."""

ACCENTS = {"en": ("en-us", "en-gb"), "de": ("de",), "es": ("es",)}
"""espeak-ng voice names by language."""

MAIN_VARIANT = "f2"
"""Speaks the bundled day, and a quarter of the training data."""

TRAINED_VARIANTS = (MAIN_VARIANT, "f1", "f3", "f4", "m1", "m2", "m3", "m4", "m7", "Annie", "Andy")
HELD_OUT_VARIANTS = ("f5", "m5", "Mike")
"""Variants that training never hears."""

_QUIET = 200
"""Samples below this, of 32768, count as silence at the ends of a clip."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """One way to speak: an espeak-ng voice with its speed [words per minute] and pitch [0..99]."""

    accent: str
    variant: str
    speed_wpm: int = 155
    pitch: int = 50


def draw(language: str, variants: tuple[str, ...], random: np.random.Generator) -> Voice:
    """Draw a voice; the main variant, if allowed, gets a quarter of the draws."""
    main = MAIN_VARIANT in variants and random.random() < 0.25  # noqa: PLR2004
    return Voice(
        accent=ACCENTS[language][random.integers(len(ACCENTS[language]))],
        variant=MAIN_VARIANT if main else variants[random.integers(len(variants))],
        speed_wpm=int(random.integers(135, 186)),
        pitch=int(random.integers(35, 66)),
    )


def speak(text: str, voice: Voice) -> NDArray[np.int16]:
    """Speak `text` and cut the silence off both ends: 16 kHz mono samples."""
    command = [
        "espeak-ng",
        "--stdout",
        f"-v{voice.accent}+{voice.variant}",
        f"-s{voice.speed_wpm}",
        f"-p{voice.pitch}",
        spoken(text),
    ]
    done = subprocess.run(command, check=True, capture_output=True)
    samples = _resampled(done.stdout)
    loud = np.flatnonzero(np.abs(samples) > _QUIET)
    return samples[loud[0] : loud[-1] + 1]


def _resampled(wav: bytes) -> NDArray[np.int16]:
    # espeak-ng cannot seek back to the header of a pipe, so the frame count there is too large.
    with wave.open(io.BytesIO(wav)) as source:
        rate_hz, frames = source.getframerate(), source.readframes(source.getnframes())
    samples = np.frombuffer(frames, np.int16).astype(np.float32)
    resampled = resample_poly(samples, RATE_HZ // 50, rate_hz // 50)
    return np.clip(resampled, -32_768, 32_767).astype(np.int16)
