"""How exact a finished model is on speech it never heard, by set of sentences and voices."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from scripts.demo_model import corpus, grammar, voices
from scripts.demo_model.corpus import Clip
from scripts.demo_model.hearing import Decoding, chunks, one_by_one

CLIPS = 40
"""Clips per set."""

_PAUSE = np.zeros(int(0.7 * voices.RATE_HZ), np.float32)
_LEAD = np.zeros(int(0.2 * voices.RATE_HZ), np.float32)


def table(
    model: WhisperModel, *, keep: frozenset[str], seed: int
) -> Iterator[tuple[str, int, int]]:
    """Give (set, exact, clips) for each set; exact means language and text are right."""
    for name, language, unseen, variants in _sets():
        clips = _clips(language, variants, unseen=unseen, keep=keep, seed=seed)
        heard = one_by_one(model, [_padded([clip]) for clip in clips])
        yield name, sum(h == (c.language, c.text) for h, c in zip(heard, clips, strict=True)), CLIPS
    yield "two sentences in one window", *_two_in_a_window(model, keep=keep, seed=seed)
    yield "files of four sentences, cut at pauses", *_files(model, keep=keep, seed=seed)


def _sets() -> Iterator[tuple[str, str, bool, tuple[str, ...]]]:
    for language in grammar.LANGUAGES:
        main = (voices.MAIN_VARIANT,)
        yield f"{language}, main voice, unseen sentences", language, True, main
        yield f"{language}, trained voices, unseen sentences", language, True, _trained()
        yield f"{language}, new voices, seen sentences", language, False, voices.HELD_OUT_VARIANTS
        yield f"{language}, new voices, unseen sentences", language, True, voices.HELD_OUT_VARIANTS


def _trained() -> tuple[str, ...]:
    return tuple(v for v in voices.TRAINED_VARIANTS if v != voices.MAIN_VARIANT)


def _clips(
    language: str, variants: tuple[str, ...], *, unseen: bool, keep: frozenset[str], seed: int
) -> list[Clip]:
    full = grammar.load(language)
    hidden = grammar.held_out(full, keep=keep)
    shown = full.without(frozenset(full.sentences) - hidden if unseen else hidden)
    random = np.random.default_rng(seed)
    drawn = [(language, shown.draw(random)) for _ in range(CLIPS)]
    return corpus.synthesise(drawn, variants, seed=seed + 1)


def _two_in_a_window(model: WhisperModel, *, keep: frozenset[str], seed: int) -> tuple[int, int]:
    clips = _clips("en", (voices.MAIN_VARIANT,), unseen=True, keep=keep, seed=seed)
    pairs = list(pairwise(clips))[::2]
    heard = one_by_one(model, [_padded(pair) for pair in pairs])
    exact = sum(h[1] == " ".join(c.text for c in p) for h, p in zip(heard, pairs, strict=True))
    return exact, len(pairs)


def _files(model: WhisperModel, *, keep: frozenset[str], seed: int) -> tuple[int, int]:
    clips = _clips("de", (voices.MAIN_VARIANT,), unseen=True, keep=keep, seed=seed)
    files = [clips[at : at + 4] for at in range(0, CLIPS, 4)]
    heard = [one_by_one(model, chunks(_padded(file), Decoding())) for file in files]
    exact = sum([t for _, t in h] == [c.text for c in f] for h, f in zip(heard, files, strict=True))
    return exact, len(files)


def _padded(clips: Sequence[Clip]) -> NDArray[np.float32]:
    pieces = [_LEAD]
    for clip in clips:
        pieces += [clip.samples.astype(np.float32) / 32_768, _PAUSE]
    return np.concatenate(pieces)
