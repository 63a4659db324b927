"""What is sent to a speech server: sound as a file, and the form that the answer is to have."""

import io
import wave
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

MIN_SAMPLES = SAMPLE_RATE_HZ // 10
"""OpenAI refuses sound shorter than 0.1 s; it is filled up with silence."""

_WORDS: Mapping[str, Any] = {
    "response_format": "verbose_json",
    "timestamp_granularities": ["segment", "word"],
}
_SEGMENTS: Mapping[str, Any] = {
    "response_format": "verbose_json",
    "timestamp_granularities": ["segment"],
}
_TEXT: Mapping[str, Any] = {"response_format": "json"}
FORMS = (_WORDS, _SEGMENTS, _TEXT)
"""Forms of an answer, the fullest first: some servers have no words, some nothing but text."""


class FormsState:
    """Which forms of an answer the server has been seen to give, and which it refuses."""

    def __init__(self) -> None:
        self._refused: frozenset[int] = frozenset()
        self._proven: frozenset[int] = frozenset()

    def to_try(self, *, words: bool) -> list[int]:
        """Return the places in `FORMS` of those to ask for, the fullest first."""
        fullest = 0 if words else 1
        return [form for form in range(fullest, len(FORMS)) if form not in self._refused]

    def is_last_word(self, form: int) -> bool:
        """Whether a refusal of this form speaks of the sound: it worked, or nothing is left."""
        return form in self._proven or form == len(FORMS) - 1

    def learn(self, *, refused: Sequence[int], works: int) -> None:
        """Remember what was *refused* for sound that was not refused in the form that *works*."""
        self._refused |= set(refused) - self._proven
        self._proven |= {works}


def wav(samples: Samples) -> bytes:
    """Return *samples* as a WAV file of 16 bits, filled up where it is too short to be taken."""
    padded = np.pad(samples, (0, max(0, MIN_SAMPLES - len(samples))))
    content = io.BytesIO()
    with wave.open(content, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.rint(np.clip(padded, -1, 1) * 32_767).astype("<i2").tobytes())
    return content.getvalue()
