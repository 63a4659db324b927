"""Cuts a long recording into parts that fit into a prompt, at the borders of segments."""

from collections.abc import Sequence

from agents.diarist.llm.tokens import estimated_tokens
from schemas import Segment

OVERLAP_SEGMENTS = 1
"""Segments that two parts share: what runs on over a border is whole in one of them."""

_LINE_TOKENS = 12
"""Tokens of a line's number, time and speaker."""


def tokens_of(segment: Segment) -> int:
    """Return about how many tokens the segment's line has."""
    return estimated_tokens(segment.text) + _LINE_TOKENS


def windows(segments: Sequence[Segment], budget_tokens: int) -> list[Sequence[Segment]]:
    """Return consecutive parts of at most *budget_tokens* each, unless one segment is larger.

    They are about equally long: a short rest at the end would make a poor part of its own.
    """
    sizes = [tokens_of(segment) for segment in segments]
    total = sum(sizes)
    parts = max(1, -(-total // max(1, budget_tokens)))
    share = total / parts
    cuts, filled, before = [0], 0, 0
    for number, size in enumerate(sizes):
        over = filled + size > budget_tokens or before + size / 2 > share * len(cuts)
        if number > cuts[-1] and over:
            cuts.append(number)
            filled = 0
        filled += size
        before += size
    ends = [*cuts[1:], len(segments)]
    return [
        segments[max(0, start - (OVERLAP_SEGMENTS if start else 0)) : end]
        for start, end in zip(cuts, ends, strict=True)
    ]


def halves(segments: Sequence[Segment]) -> list[Sequence[Segment]]:
    """Return the two halves of a part that was too large after all."""
    middle = len(segments) // 2
    return [segments[:middle], segments[middle:]]
