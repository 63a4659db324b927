"""Gives aligned words to the segments that their tokens are in."""

from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from typing import Any

from agents.transcriber.engine import Word

OPENING, CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - as faster-whisper's
"""Punctuation that belongs to the next word, and to the one before."""


def words_by_segment(
    alignment: Sequence[Mapping[str, Any]], token_counts: Sequence[int], offset_s: float
) -> list[tuple[Word, ...]]:
    """Share out *alignment* over segments with *token_counts* text tokens each, in order.

    Words merged into a neighbour have no text and are left out; their tokens are with it.
    """
    words: Iterator[Mapping[str, Any]] = iter(alignment)
    shares: list[tuple[Word, ...]] = []
    taken = due = 0
    for count in token_counts:
        due += count
        share: list[Word] = []
        while taken < due and (word := next(words, None)) is not None:
            taken += len(word["tokens"])
            if word["word"]:
                share.append(_word(word, offset_s))
        shares.append(tuple(share))
    return shares


def with_punctuation(words: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Join signs that stand alone to their words, which keep their own times."""
    joined: list[Mapping[str, Any]] = []
    opening: list[Mapping[str, Any]] = []
    for word in words:
        text = str(word["word"])
        if joined and not opening and text in CLOSING:
            joined[-1] = _joined(joined[-1], word, of=joined[-1])
        elif text.startswith(" ") and text.strip() in OPENING:
            opening.append(word)
        else:
            joined.append(
                reduce(lambda whole, sign: _joined(sign, whole, of=whole), opening[::-1], word)
            )
            opening = []
    return joined + opening


def _joined(
    first: Mapping[str, Any], second: Mapping[str, Any], *, of: Mapping[str, Any]
) -> Mapping[str, Any]:
    """Return two words as one with the times of one *of* them."""
    tokens = [*first["tokens"], *second["tokens"]]
    return {**of, "word": f"{first['word']}{second['word']}", "tokens": tokens}


def _word(word: Mapping[str, Any], offset_s: float) -> Word:
    start_s = max(0.0, float(word["start"]))
    return Word(
        text=str(word["word"]),
        start_s=round(offset_s + start_s, 2),
        end_s=round(offset_s + max(start_s, float(word["end"])), 2),
        probability=round(float(word["probability"]), 4),
    )
