"""Leaves out what a recogniser makes of silence and music: loops, credits, doubtful text."""

import re
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import replace

from agents.diarist.offline.rules.silence import CREDITS, TAG
from schemas import Segment

_WORD = re.compile(r"\w+")
_LOOP_TIMES = 4
"""A phrase of up to four words said this often in a row is a loop, not speech."""

_LOOP = re.compile(rf"\b(\w+(?:\W+\w+){{0,3}})(?:\W+\1\b){{{_LOOP_TIMES - 1},}}", re.IGNORECASE)
_STUTTER = re.compile(r"(\w{1,6}?)\1{5,}")
"""The same in scripts without spaces, and in drawn-out sounds: "hahahahahaha"."""

_LONG_PHRASE_WORDS = 3
"""A segment this long is not said twice in a row, word by word, by a person."""

LONGEST_CHARACTERS = 5_000
"""A segment longer than this is no recogniser's, which write a sentence or two: it is not searched,
since nothing else may run meanwhile."""

_RECENT = 6
_SAID_OFTEN = 2
"""Nor is it said a third time within a few segments."""


def without_noise(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the segments that a diary may rest on, without the loops and tags in their text."""
    kept: list[Segment] = []
    recent: deque[tuple[str, ...]] = deque(maxlen=_RECENT)
    for segment in segments:
        if segment.low_confidence:
            continue
        text = _spoken(segment.text)
        words = tuple(_WORD.findall(text.casefold()))
        if not words or (len(words) >= _LONG_PHRASE_WORDS and _echoes(words, recent)):
            continue
        recent.append(words)
        kept.append(segment if text == segment.text else replace(segment, text=text))
    return tuple(kept)


def _spoken(text: str) -> str:
    """Return what of `text` was said; nothing where all or most of it is noise."""
    if len(text) > LONGEST_CHARACTERS:
        return text
    bare = TAG.sub(" ", text) if TAG.search(text) else text
    if len(_WORD.findall(CREDITS.sub(" ", bare))) < min(_LONG_PHRASE_WORDS, _count(bare)):
        return ""
    once = _STUTTER.sub(r"\1", _LOOP.sub(r"\1", bare) if _may_loop(bare) else bare)
    if len(once) * 2 < len(bare):
        return ""
    return once if once == text else once.strip()


def _may_loop(text: str) -> bool:
    """Tell, faster than by looking for one, whether some word is said as often as in a loop."""
    return max(Counter(_WORD.findall(text.casefold())).values(), default=0) >= _LOOP_TIMES


def _count(text: str) -> int:
    return len(_WORD.findall(text))


def _echoes(words: tuple[str, ...], recent: deque[tuple[str, ...]]) -> bool:
    return bool(recent) and (recent[-1] == words or recent.count(words) >= _SAID_OFTEN)
