"""Gives aligned words to the segments that their tokens are in."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from agents.transcriber.engine import Word


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


def _word(word: Mapping[str, Any], offset_s: float) -> Word:
    start_s = max(0.0, float(word["start"]))
    return Word(
        text=str(word["word"]),
        start_s=round(offset_s + start_s, 2),
        end_s=round(offset_s + max(start_s, float(word["end"])), 2),
        probability=round(float(word["probability"]), 4),
    )
