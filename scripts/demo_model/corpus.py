"""The training corpus: thousands of spoken sentences in one array on disk."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.demo_model import grammar, voices

CLIPS = {"en": 11_000, "de": 7_000, "es": 3_500}
"""Spoken sentences by language; about 13 hours in all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One spoken sentence: 16 kHz samples without silence at the ends."""

    text: str
    language: str
    voice: str
    samples: NDArray[np.int16]


def synthesise(
    sentences: Sequence[tuple[str, str]], variants: tuple[str, ...], *, seed: int
) -> list[Clip]:
    """Speak each (language, text) with a drawn voice, in parallel; the seed decides the voices."""
    random = np.random.default_rng(seed)
    drawn = [voices.draw(language, variants, random) for language, _ in sentences]
    with ThreadPoolExecutor() as pool:
        spoken = pool.map(voices.speak, (text for _, text in sentences), drawn)
        return [
            Clip(text=text, language=language, voice=voice.variant, samples=samples)
            for (language, text), voice, samples in zip(sentences, drawn, spoken, strict=True)
        ]


def draw_sentences(*, keep: frozenset[str], seed: int) -> list[tuple[str, str]]:
    """Draw the (language, text) pairs to train on, held-out sentences excepted."""
    random = np.random.default_rng(seed)
    drawn = []
    for language, count in CLIPS.items():
        full = grammar.load(language)
        trained = full.without(grammar.held_out(full, keep=keep))
        drawn += [(language, trained.draw(random)) for _ in range(count)]
        drawn += [(language, text) for text in trained.sentences if text in keep for _ in range(12)]
    return drawn


def save(clips: Sequence[Clip], path: Path) -> None:
    """Write `clips` as one archive."""
    np.savez(
        path,
        samples=np.concatenate([clip.samples for clip in clips]),
        ends=np.cumsum([len(clip.samples) for clip in clips]),
        labels=np.array([(clip.text, clip.language, clip.voice) for clip in clips]),
    )


def load(path: Path) -> list[Clip]:
    """Read what `save` wrote."""
    with np.load(path) as archive:
        pieces = np.split(archive["samples"], archive["ends"][:-1])
        return [
            Clip(text=str(text), language=str(language), voice=str(voice), samples=samples)
            for (text, language, voice), samples in zip(archive["labels"], pieces, strict=True)
        ]
