"""A batch on its way through a Whisper model: rows, windows, and what was said in them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from agents.transcriber.engine import Chunk, ChunkText, TextSegment
from agents.transcriber.engines.whisper_tokens import TokenSegment, split_by_timestamps
from agents.transcriber.quality import is_silence

FRAMES_PER_S = 100
"""Frames of 10 ms in a second: what Whisper's features and windows are counted in."""

Features = NDArray[np.float32]
T = TypeVar("T")
R = TypeVar("R")


@dataclass(slots=True, kw_only=True)
class RowState:
    """One chunk on its way through the model; `seek` counts frames of 10 ms."""

    chunk: Chunk
    features: Features
    frames: int
    language: str = ""
    language_probability: float = 1.0
    history: list[int] = field(default_factory=list)
    segments: list[TextSegment] = field(default_factory=list)
    seek: int = 0

    @property
    def text(self) -> ChunkText:
        """What was said in it."""
        return ChunkText(
            segments=tuple(self.segments),
            language=self.language,
            language_probability=self.language_probability,
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Window:
    """A part of a row, from `seek` on: its place in what was encoded, and the decoder's prompt."""

    row: RowState
    encoded: int
    prompt: list[int]
    seek: int
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What the decoder said about one window."""

    tokens: list[int]
    avg_logprob: float
    no_speech_prob: float
    ratio: float
    sampled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """The segments of one window, without words, and the tokens of each, time stamps included."""

    window: Window
    segments: tuple[TextSegment, ...]
    tokens: tuple[tuple[int, ...], ...]


def take(
    window: Window, heard: Heard, *, timestamp_begin: int, decode: Callable[[Sequence[int]], str]
) -> Said:
    """Move the window's row on by what was *heard*, and return that; *decode* makes it text."""
    row = window.row
    read = split_by_timestamps(heard.tokens, timestamp_begin, window.frames / FRAMES_PER_S)
    advanced = 0 if read.read_s is None else round(read.read_s * FRAMES_PER_S)
    silent = is_silence(heard.no_speech_prob, heard.avg_logprob)
    parts = read.segments
    if read.read_s is not None and (silent or not advanced):
        parts += _tail(read.read_s, window, read.rest)
    row.history.extend(token for part in parts for token in part.tokens)
    row.seek = row.seek + advanced if advanced and not silent else row.frames
    said = [(part, text) for part in parts if (text := decode(part.tokens)).strip()]
    kept = [(part, text) for part, text in said if part.start_s != part.end_s]
    return Said(
        window=window,
        segments=tuple(_segment(window, heard, part, text) for part, text in kept),
        tokens=tuple(part.tokens for part, _ in kept),
    )


def in_groups(
    items: Sequence[T], key: Callable[[T], str], work: Callable[[list[T]], Sequence[R]]
) -> list[R]:
    """Return what *work* makes of each of *items*, done with all of one *key* together."""
    places = sorted(range(len(items)), key=lambda at: key(items[at]))
    results: dict[int, R] = {}
    for _, group in groupby(places, key=lambda at: key(items[at])):
        together = list(group)
        done = work([items[at] for at in together])
        results.update(zip(together, done, strict=True))
    return [results[at] for at in range(len(items))]


def _segment(window: Window, heard: Heard, part: TokenSegment, text: str) -> TextSegment:
    offset_s, limit_s = window.seek / FRAMES_PER_S, window.row.frames / FRAMES_PER_S
    return TextSegment(
        start_s=min(limit_s, offset_s + part.start_s),
        end_s=min(limit_s, offset_s + part.end_s),
        text=text,
        avg_logprob=heard.avg_logprob,
        no_speech_prob=heard.no_speech_prob,
        compression_ratio=heard.ratio,
        sampled=heard.sampled,
    )


def _tail(read_s: float, window: Window, rest: tuple[int, ...]) -> tuple[TokenSegment, ...]:
    """Keep what was said about the end of a window that no further window will look at."""
    end_s = window.frames / FRAMES_PER_S
    return (TokenSegment(start_s=read_s, end_s=end_s, tokens=rest),) if rest else ()
