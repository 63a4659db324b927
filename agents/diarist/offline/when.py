"""Finds the day and the hour that a sentence speaks of, seen from the recording's own day."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta

from agents.diarist.offline.rules.language_rules import CalendarWords

_NOON = 12
_EARLIEST_BARE_HOUR = 7
"""A bare "at seven" is in the morning, "at six" in the evening, unless the words say otherwise."""

_DAYS_OF_A_WEEK = 7
_HALF_YEAR_DAYS = 183


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A day and an hour on the wall clock; `past` if the words look back."""

    day: date | None = None
    at: time | None = None
    past: bool = False
    spans: tuple[tuple[int, int], ...] = ()
    """Where in the text the words about time stand."""
    day_spans: tuple[tuple[int, int], ...] = ()
    """Those of them that name a day."""


def when(text: str, *, today: date, words: CalendarWords) -> When:
    """Resolve the first day and the first hour named in `text`.

    `today` is the diary day of the recording. A weekday is the next one to come; "next Friday"
    in English is that of the following week. A date without a year is the nearest one.
    """
    days = sorted(_days(text, today, words), key=lambda found: (found.spans, found.past))
    clocks = sorted(_clocks(text, words), key=lambda found: found.spans)
    day_spans = tuple(span for found in days for span in found.spans)
    clock_spans = tuple(span for found in clocks for span in found.spans)
    return When(
        day=days[0].day if days else None,
        at=clocks[0].at if clocks else None,
        past=any(found.past for found in days),
        spans=tuple(sorted(day_spans + clock_spans)),
        day_spans=day_spans,
    )


def without_times(text: str, spans: tuple[tuple[int, int], ...]) -> str:
    """Return `text` without the words about time."""
    kept, end = "", 0
    for start, stop in spans:
        if start >= end:
            kept += text[end:start]
        end = max(end, stop)
    return re.sub(r"\s+", " ", kept + text[end:]).strip()


def _days(text: str, today: date, words: CalendarWords) -> Iterator[When]:
    yield from _relative_days(text, today, words)
    for match in words.weekday.finditer(text):
        groups = match.groupdict()
        ahead = (words.weekdays[match["name"].lower()] - today.weekday()) % _DAYS_OF_A_WEEK
        if groups.get("next"):
            day = today + timedelta(_DAYS_OF_A_WEEK - today.weekday())
            day += timedelta(words.weekdays[match["name"].lower()])
        else:
            day = today + timedelta(ahead or _DAYS_OF_A_WEEK)
        yield When(day=day, past=bool(groups.get("past")), spans=(match.span(),))
    for match in words.distance.finditer(text):
        unit = _DAYS_OF_A_WEEK if match["weeks"] else 1
        day = today + timedelta(unit * _number(match["n"], words))
        yield When(day=day, spans=(match.span(),))
    for match in words.date.finditer(text):
        if (day_or_none := _nearest(match, today, words)) is not None:
            yield When(day=day_or_none, spans=(match.span(),))


def _relative_days(text: str, today: date, words: CalendarWords) -> Iterator[When]:
    # Longest first: "day after tomorrow" must not be read as "tomorrow".
    alternatives = "|".join(sorted(map(re.escape, words.relative_days), key=len, reverse=True))
    if alternatives:
        for match in re.finditer(rf"(?<!\w)(?:{alternatives})(?!\w)", text, re.IGNORECASE):
            ahead = words.relative_days[match[0].lower()]
            yield When(day=today + timedelta(ahead), spans=(match.span(),))


def _nearest(match: re.Match[str], today: date, words: CalendarWords) -> date | None:
    day = int(_group(match, "day") or 0)
    month = words.months[str(_group(match, "month")).lower()]
    candidates = []
    for year in (today.year - 1, today.year, today.year + 1):
        try:
            candidates.append(date(year, month, day))
        except ValueError:
            continue
    ahead = [found for found in candidates if (found - today).days > -_HALF_YEAR_DAYS]
    return min(ahead, default=None)


def _clocks(text: str, words: CalendarWords) -> Iterator[When]:
    for phrase, hour in words.fixed_hours.items():
        for match in re.finditer(rf"(?<!\w){re.escape(phrase)}(?!\w)", text, re.IGNORECASE):
            yield When(at=time(hour), spans=(match.span(),))
    for match in words.clock.finditer(text):
        minutes = _minutes(match, words)
        hour, minute = divmod(minutes, 60)
        part = _group(match, "part") or ""
        if 0 <= hour < 24:  # noqa: PLR2004 - hours of a day
            yield When(
                at=time(_plausible(hour, part or text, words), minute), spans=(match.span(),)
            )


def _minutes(match: re.Match[str], words: CalendarWords) -> int:
    minutes = 60 * _number(_group(match, "h") or "", words)
    minutes += int(_group(match, "m") or 0)
    if past := _group(match, "past"):
        minutes += _number(past, words)
    if to := _group(match, "to"):
        minutes -= _number(to, words)
    return minutes - 30 if _group(match, "half_to") else minutes


def _plausible(hour: int, said: str, words: CalendarWords) -> int:
    if hour > _NOON or hour == 0:
        return hour
    if words.after_noon.search(said):
        return hour % _NOON + _NOON
    if words.before_noon.search(said):
        return hour % _NOON
    return hour if hour >= _EARLIEST_BARE_HOUR else hour + _NOON


def _number(word: str, words: CalendarWords) -> int:
    return int(word) if word.isdigit() else words.numbers.get(word.lower(), 0)


def _group(match: re.Match[str], name: str) -> str | None:
    """Return the group `name`, or its namesake `name2`, `name3` in another alternative."""
    groups = match.groupdict()
    return next((value for n in ("", "2", "3") if (value := groups.get(name + n))), None)
