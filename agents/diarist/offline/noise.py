"""Leaves out what a recogniser makes of silence and music: loops, credits, doubtful text."""

import re
from collections.abc import Sequence

from agents.diarist.offline.rules.language_rules import LanguageRules
from schemas import Segment

_WORD = re.compile(r"\w+")
_LOOP_TIMES = 4
"""A phrase of up to four words said this often in a row is a loop, not speech."""

_LOOP = re.compile(rf"\b(\w+(?:\W+\w+){{0,3}})(?:\W+\1\b){{{_LOOP_TIMES - 1},}}", re.IGNORECASE)
_LONG_PHRASE_WORDS = 3
"""A segment this long is not said twice in a row, word by word, by a person."""


def without_noise(segments: Sequence[Segment], rules: LanguageRules) -> tuple[Segment, ...]:
    """Return the segments that a diary may rest on."""
    kept: list[Segment] = []
    for segment in segments:
        if _is_usable(segment, rules) and not (kept and _echoes(kept[-1], segment)):
            kept.append(segment)
    return tuple(kept)


def _is_usable(segment: Segment, rules: LanguageRules) -> bool:
    if segment.low_confidence or not _WORD.search(segment.text):
        return False
    if rules.noise.search(segment.text):
        return False
    return _LOOP.search(segment.text) is None


def _echoes(before: Segment, after: Segment) -> bool:
    words = _WORD.findall(after.text.casefold())
    return len(words) >= _LONG_PHRASE_WORDS and words == _WORD.findall(before.text.casefold())
