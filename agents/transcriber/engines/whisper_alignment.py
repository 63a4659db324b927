"""Finds when each word was said, from where the decoder looked while it wrote the word."""

import string
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from agents.transcriber.engines.whisper_tokens import TIME_STEP_S

MEDIAN_FILTER = 7
"""Width in encoder frames, as in OpenAI's code: it takes out glances elsewhere."""

UNSPACED_LANGUAGES = frozenset({"zh", "ja", "th", "lo", "my", "yue"})
"""Languages that write no spaces between words: each character counts as one."""

_HALF_A_CHARACTER = "\N{REPLACEMENT CHARACTER}"

Attention = NDArray[np.float32]
"""Shape (heads, tokens, frames): how much each token looked at each encoder frame of 20 ms."""


def token_starts_s(attention: Attention) -> list[float]:
    """Return when each token begins, in seconds.

    Method of OpenAI's Whisper (timing.py): weights are normed over the tokens, smoothed over
    time, averaged over the heads, and the path of least cost through them is monotonous.
    """
    spread = attention.std(axis=-2, keepdims=True)
    normed = (attention - attention.mean(axis=-2, keepdims=True)) / np.maximum(spread, 1e-9)
    cost = -_smoothed(normed).mean(axis=0)
    tokens, frames = _cheapest_path(cost)
    first = np.flatnonzero(np.diff(tokens, prepend=-1))
    return [round(float(frame) * TIME_STEP_S, 2) for frame in frames[first]]


def _smoothed(weights: Attention) -> Attention:
    half = MEDIAN_FILTER // 2
    if weights.shape[-1] <= half:
        return weights
    padded = np.pad(weights, ((0, 0), (0, 0), (half, half)), mode="reflect")
    smooth: Attention = np.median(sliding_window_view(padded, MEDIAN_FILTER, axis=-1), axis=-1)
    return smooth


def _cheapest_path(cost: NDArray[np.float32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return row and column of each step from the first to the last cell (dynamic time warping).

    Cells on one anti-diagonal do not need each other, so that each is worked on as a whole.
    """
    rows, columns = cost.shape
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0
    for diagonal in range(2, rows + columns + 1):
        row = np.arange(max(1, diagonal - columns), min(rows, diagonal - 1) + 1)
        column = diagonal - row
        before = np.minimum(total[row - 1, column - 1], total[row - 1, column])
        before = np.minimum(before, total[row, column - 1])
        total[row, column] = cost[row - 1, column - 1] + before
    path = [(rows, columns)]
    while path[-1] != (1, 1):
        row, column = path[-1]
        steps = [(row - 1, column - 1), (row - 1, column), (row, column - 1)]
        path.append(min(steps, key=lambda step: total[step]))
    cells: NDArray[np.int64] = np.array(path[::-1]) - 1
    return cells[:, 0], cells[:, 1]


def words_of(
    tokens: Sequence[int], language: str, decode: Callable[[Sequence[int]], str]
) -> list[tuple[str, list[int]]]:
    """Split text *tokens* into words with their tokens; *decode* makes tokens text."""
    words: list[tuple[str, list[int]]] = []
    for text, part in _characters(tokens, decode):
        begins = text.startswith(" ") or text.strip() in string.punctuation
        if begins or not words or language in UNSPACED_LANGUAGES:
            words.append((text, part))
        else:
            words[-1] = (words[-1][0] + text, words[-1][1] + part)
    return words


def _characters(
    tokens: Sequence[int], decode: Callable[[Sequence[int]], str]
) -> list[tuple[str, list[int]]]:
    """Split *tokens* where they end a character: one may be spread over several."""
    parts: list[tuple[str, list[int]]] = []
    open_part: list[int] = []
    for token in tokens:
        open_part.append(token)
        text = decode(open_part)
        if _HALF_A_CHARACTER not in text:
            parts.append((text, open_part))
            open_part = []
    if open_part:
        parts.append((decode(open_part), open_part))
    return parts


def timed_words(
    words: Sequence[tuple[str, list[int]]],
    starts_s: Sequence[float],
    probabilities: Sequence[float],
) -> list[Mapping[str, Any]]:
    """Give *words* the times of their tokens, as `words_by_segment` takes them.

    *starts_s* has one time more than there are tokens: that of the end of the text.
    """
    timed: list[Mapping[str, Any]] = []
    at = 0
    for text, tokens in words:
        end = at + len(tokens)
        timed.append(
            {
                "word": text,
                "tokens": tokens,
                "start": starts_s[at],
                "end": starts_s[end],
                "probability": float(np.mean(probabilities[at:end])),
            }
        )
        at = end
    return timed
