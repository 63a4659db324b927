"""Reads Whisper's token sequences: text between time stamps."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

TIME_STEP_S = 0.02
"""What one step of a time-stamp token means."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSegment:
    """A segment's tokens, time stamps included; times count from the start of the window."""

    start_s: float
    end_s: float
    tokens: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenWindow:
    """The segments of one window, and how far into it the model has come.

    `read_s` is None when the model has read all of the window; otherwise `rest` is what it said
    about the part behind `read_s` before it broke off.
    """

    segments: tuple[TokenSegment, ...]
    read_s: float | None = None
    rest: tuple[int, ...] = ()


def split_by_timestamps(
    tokens: Sequence[int], timestamp_begin: int, duration_s: float
) -> TokenWindow:
    """Split a window's *tokens* as Whisper means them.

    Two time stamps in a row end one segment and begin the next. A window that ends so, or in
    the middle of a segment, was not read to its end: what follows belongs to another window
    that starts at the last time stamp. Same as faster-whisper's own rule, so that the text is.
    """
    stamps = [token >= timestamp_begin for token in tokens]
    borders = [at + 1 for at, pair in enumerate(pairwise(stamps)) if all(pair)]
    if not borders:
        whole = (_whole(tokens, timestamp_begin, duration_s),) if tokens else ()
        return TokenWindow(segments=whole)
    complete = stamps[-1] and not stamps[-2]
    ends = [*borders, len(tokens)] if complete else borders
    segments = tuple(
        _between(tokens[start:end], timestamp_begin)
        for start, end in zip([0, *ends], ends, strict=False)
    )
    if complete:
        return TokenWindow(segments=segments)
    read_s = (tokens[ends[-1] - 1] - timestamp_begin) * TIME_STEP_S
    return TokenWindow(segments=segments, read_s=read_s, rest=tuple(tokens[ends[-1] :]))


def _between(tokens: Sequence[int], timestamp_begin: int) -> TokenSegment:
    return TokenSegment(
        start_s=(tokens[0] - timestamp_begin) * TIME_STEP_S,
        end_s=(tokens[-1] - timestamp_begin) * TIME_STEP_S,
        tokens=tuple(tokens),
    )


def _whole(tokens: Sequence[int], timestamp_begin: int, duration_s: float) -> TokenSegment:
    last = max((token for token in tokens if token > timestamp_begin), default=None)
    end_s = duration_s if last is None else (last - timestamp_begin) * TIME_STEP_S
    return TokenSegment(start_s=0.0, end_s=end_s, tokens=tuple(tokens))


def average_logprob(score: float, length: int) -> float:
    """Return the log probability per token, end of text included, from a length-normed score."""
    return score * length / (length + 1)
