"""Reads the groups of a pattern whose alternatives name theirs alike."""

import re
from functools import cache

from agents.diarist.offline.rules.calendar_words import CalendarWords


def group(match: re.Match[str], name: str) -> str | None:
    """Return the group `name`, or its namesake `name2`, `named`, `name2b` in an alternative."""
    names = _namesakes(match.re, name)
    return next((value for one in names if (value := match[one])), None)


def number(said: str | None, words: CalendarWords) -> int:
    """Return the number that was said in figures or words; 0 where there is none."""
    bare = " ".join((said or "").lower().replace("-", " ").split())
    if figures := re.match(r"\d+", bare):
        return int(figures[0])
    return words.numbers.get(bare) or words.numbers.get((said or "").lower(), 0)


@cache
def _namesakes(pattern: re.Pattern[str], name: str) -> tuple[str, ...]:
    return tuple(one for one in pattern.groupindex if re.fullmatch(rf"{name}[\dd-g]?b?", one))


def group_span(match: re.Match[str], name: str) -> tuple[int, int]:
    """Return where the group `name`, or its namesake, stands; one of them must have matched."""
    names = _namesakes(match.re, name)
    return match.span(next(one for one in names if match[one] is not None))
