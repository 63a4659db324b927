"""Finds hours of the day and tells which half of the day they mean."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from agents.diarist.offline.groups import group, number
from agents.diarist.offline.rules.calendar_words import CalendarWords

_NOON = 12
_HOURS = 24
_EARLIEST_BARE_HOUR = 7
"""A bare "at seven" is in the morning, "at six" in the evening, unless the words say otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hour:
    """An hour, and where in the text it was said."""

    at: time
    span: tuple[int, int]


def clocks(text: str, words: CalendarWords, *, after: time | None = None) -> list[Hour]:
    """Return the hours named in `text`, in order; a bare one lies `after` that, if it can."""
    found = sorted((*_fixed(text, words), *_said(text, words, after)), key=lambda hour: hour.span)
    kept: list[Hour] = []
    for hour in found:
        if not kept or hour.span[0] >= kept[-1].span[1]:
            kept.append(hour)
    return kept


def _fixed(text: str, words: CalendarWords) -> Iterator[Hour]:
    for match in words.fixed_hours.finditer(text):
        yield Hour(at=time(_NOON if match["noon"] else 0), span=match.span())


def _said(text: str, words: CalendarWords, after: time | None) -> Iterator[Hour]:
    for match in words.clock.finditer(text):
        hour, minute = divmod(_minutes(match, words), 60)
        if not 0 <= hour < _HOURS or _is_no_hour(match, words):
            continue
        part = group(match, "part") or ""
        at = time(_plausible(hour, part or text, words), minute)
        is_bare = not part and hour <= _NOON and not _half_of_day(text, words)
        if is_bare and after and at <= after and at.hour < _NOON:
            at = at.replace(hour=at.hour + _NOON)
        yield Hour(at=at, span=match.span())


def _is_no_hour(match: re.Match[str], words: CalendarWords) -> bool:
    return number(group(match, "m"), words) >= 60  # noqa: PLR2004 - minutes of an hour


def _half_of_day(text: str, words: CalendarWords) -> bool:
    return bool(words.after_noon.search(text) or words.before_noon.search(text))


def _minutes(match: re.Match[str], words: CalendarWords) -> int:
    minutes = 60 * number(group(match, "h"), words) + number(group(match, "m"), words)
    if past := group(match, "past"):
        said = past.split()
        before = said[-1].casefold() == "vor"
        count = number(past if len(said) == 1 else said[0], words) or number(past, words)
        minutes += -count if before else count
    if to := group(match, "to"):
        minutes -= number(to, words)
    if quarters := group(match, "of_to"):
        minutes += number(quarters, words) - 60
    return minutes - 30 if group(match, "half_to") else minutes


def _plausible(hour: int, said: str, words: CalendarWords) -> int:
    if hour > _NOON or hour == 0:
        return hour
    if words.before_noon.search(said) and not words.after_noon.search(said):
        return hour % _NOON
    if words.after_noon.search(said):
        return hour % _NOON + _NOON
    return hour if hour >= _EARLIEST_BARE_HOUR else hour + _NOON
