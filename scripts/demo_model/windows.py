"""Training examples: spoken sentences laid out in a window, as log-mel features and tokens."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper.feature_extractor import FeatureExtractor
from numpy.typing import NDArray
from tokenizers import Tokenizer

from scripts.demo_model import tokenizer as tokens
from scripts.demo_model.corpus import Clip
from scripts.demo_model.voices import RATE_HZ

FRAMES_PER_S = 100
"""Log-mel frames per second."""

IGNORED = -100
"""Target that the loss skips."""

_SILENT_SHARE = 0.06
"""Share of windows without speech, which teach <|nospeech|>."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How windows of one batch are filled: so many sentences in so many seconds.

    Without `window_s` the batch takes clips of like length, one each, in a window that just fits.
    """

    batch: int
    sentences: tuple[int, int] = (1, 1)
    window_s: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Windows ready for the network: features [n, 80, frames], tokens and targets [n, length]."""

    features: NDArray[np.float32]
    inputs: NDArray[np.int64]
    targets: NDArray[np.int64]
    texts: list[list[int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """One window: features [80, frames], tokens, targets, and the text alone for the CTC loss."""

    features: NDArray[np.float32]
    inputs: list[int]
    targets: list[int]
    text: list[int]


class WindowFactory:
    """Lays out clips of one speaker at random; the same random state gives the same windows."""

    def __init__(self, clips: Sequence[Clip], tokenizer: Tokenizer) -> None:
        self._clips = sorted(clips, key=lambda clip: len(clip.samples))
        self._tokenizer = tokenizer
        self._numbers = tokenizer.get_vocab()
        self._extract = FeatureExtractor()
        self._speakers: dict[tuple[str, str], list[Clip]] = defaultdict(list)
        for clip in clips:
            self._speakers[clip.language, clip.voice].append(clip)

    def batch(self, layout: Layout, random: np.random.Generator) -> Batch:
        """Make a batch of `layout`."""
        candidates = self._candidates(layout, random)
        longest_s = len(candidates[-1].samples) / RATE_HZ
        window_s = random.uniform(*(layout.window_s or (longest_s + 0.5, longest_s + 1.0)))
        firsts = [candidates[i] for i in random.integers(len(candidates), size=layout.batch)]
        drawn = [self._draw(first, layout, window_s, random) for first in firsts]
        frames = _rounded_up(int(window_s * FRAMES_PER_S), 50)
        features = np.zeros((layout.batch, 80, frames), np.float32)
        for row, window in zip(features, drawn, strict=True):
            row[:, : window.features.shape[1]] = window.features[:, :frames]
        length = _rounded_up(max(len(window.inputs) for window in drawn), 8)
        end = self._numbers[tokens.END_OF_TEXT]
        return Batch(
            features=features,
            inputs=np.array([w.inputs + [end] * (length - len(w.inputs)) for w in drawn]),
            targets=np.array([w.targets + [IGNORED] * (length - len(w.targets)) for w in drawn]),
            texts=[window.text for window in drawn],
        )

    def _candidates(self, layout: Layout, random: np.random.Generator) -> Sequence[Clip]:
        if layout.window_s:
            return self._clips
        share = len(self._clips) // 20
        start = int(random.integers(len(self._clips) - share))
        return self._clips[start : start + share]

    def _draw(
        self, first: Clip, layout: Layout, window_s: float, random: np.random.Generator
    ) -> _Window:
        if random.random() < _SILENT_SHARE:
            return self._silent(window_s, random)
        others = self._speakers[first.language, first.voice]
        extra = int(random.integers(layout.sentences[0], layout.sentences[1] + 1)) - 1
        clips = [first, *(others[random.integers(len(others))] for _ in range(extra))]
        samples, placed = _lay_out(clips, int(window_s * RATE_HZ), random)
        texts = [self._tokenizer.encode(f" {clip.text}").ids for clip, _ in placed]
        spans = [span for _, span in placed]
        stamped = random.random() < 0.5  # noqa: PLR2004
        body = self._stamped(texts, spans) if stamped else self._plain(texts)
        sequence = [*self._prompt(first.language), *body, self._numbers[tokens.END_OF_TEXT]]
        return _Window(
            features=self._features(_recorded(samples, random), random),
            inputs=sequence[:-1],
            targets=sequence[1:],
            text=[token for text in texts for token in text],
        )

    def _silent(self, window_s: float, random: np.random.Generator) -> _Window:
        samples = np.zeros(int(random.uniform(0.3, window_s) * RATE_HZ), np.float32)
        language = ("en", "de", "es")[random.integers(3)]
        mode = tokens.NO_TIMESTAMPS if random.random() < 0.5 else "<|0.00|>"  # noqa: PLR2004
        nothing, end = self._numbers[tokens.NO_SPEECH], self._numbers[tokens.END_OF_TEXT]
        return _Window(
            features=self._features(_recorded(samples, random), random),
            inputs=[*self._prompt(language), self._numbers[mode]],
            targets=[nothing, IGNORED, IGNORED, end],
            text=[],
        )

    def _prompt(self, language: str) -> list[int]:
        prompt = (tokens.START, f"<|{language}|>", tokens.TRANSCRIBE)
        return [self._numbers[token] for token in prompt]

    def _plain(self, texts: Sequence[list[int]]) -> list[int]:
        return [self._numbers[tokens.NO_TIMESTAMPS], *(t for text in texts for t in text)]

    def _stamped(
        self, texts: Sequence[list[int]], spans: Sequence[tuple[float, float]]
    ) -> list[int]:
        body = []
        for text, (start_s, end_s) in zip(texts, spans, strict=True):
            start = tokens.timestamp(self._tokenizer, start_s)
            body += [start, *text, tokens.timestamp(self._tokenizer, end_s)]
        return body

    def _features(
        self, samples: NDArray[np.float32], random: np.random.Generator
    ) -> NDArray[np.float32]:
        features = self._extract(samples)
        floor = features.min()
        if random.random() < 0.2:  # noqa: PLR2004 - a narrow telephone band
            features[random.integers(56, 80) :] = floor
        if random.random() < 0.3:  # noqa: PLR2004 - SpecAugment, lightly
            band, at = random.integers(0, 72), random.integers(0, features.shape[1])
            features[band : band + random.integers(1, 8)] = floor
            features[:, at : at + random.integers(1, 8)] = floor
        return features


def _rounded_up(size: int, grain: int) -> int:
    # torch prepares its kernels anew for each size that it meets, which takes as long as a step.
    return -(-size // grain) * grain


def _lay_out(
    clips: Sequence[Clip], length: int, random: np.random.Generator
) -> tuple[NDArray[np.float32], list[tuple[Clip, tuple[float, float]]]]:
    """Put clips one after the other with pauses; those that do not fit are left out."""
    position = int(random.uniform(0.0, 0.4) * RATE_HZ)
    samples = np.zeros(length, np.float32)
    placed: list[tuple[Clip, tuple[float, float]]] = []
    for clip in clips:
        end = position + len(clip.samples)
        if end > length and placed:
            break
        samples[position:end] = clip.samples[: length - position] / 32_768
        placed.append((clip, (position / RATE_HZ, min(end, length) / RATE_HZ)))
        position = end + int(random.uniform(0.3, 0.9) * RATE_HZ)
    last_s = placed[-1][1][1] + random.uniform(0.05, 0.6)
    return samples[: int(last_s * RATE_HZ)], placed


def _recorded(samples: NDArray[np.float32], random: np.random.Generator) -> NDArray[np.float32]:
    """Vary the loudness by -18 to +3 dB; half of the recordings get noise of -75 to -40 dBFS."""
    heard = samples * 10 ** (random.uniform(-18, 3) / 20)
    if random.random() < 0.5:  # noqa: PLR2004
        level = 10 ** (random.uniform(-75, -40) / 20)
        heard = heard + level * random.standard_normal(len(heard), np.float32)
    return np.clip(heard, -1, 1).astype(np.float32)
