"""Finds the day and the hour that a sentence speaks of, seen from the recording's own day.

The patterns of a language find the words that speak of time; dateutil reckons with them.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, time
from itertools import chain

from dateutil.relativedelta import MO, relativedelta, weekday

from agents.diarist.offline.clock import clocks
from agents.diarist.offline.groups import group, number
from agents.diarist.offline.rules.calendar_words import CalendarWords

_SATURDAY, _SUNDAY, _FRIDAY = 5, 6, 4
_HALF_YEAR_DAYS = 183
_MONTHS_TRIED = 13
_BETWEEN_PARTS = re.compile(r"[\s,]*(?:the|dem|den|der|el|día|am|on)?[\s,]*", re.IGNORECASE)

_DATE, _MONTH_DAY, _WEEKDAY, _RELATIVE = range(4)
"""How closely words name a day, the closest first."""


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    span: tuple[int, int]
    rank: int
    day: date | None = None
    past: bool = False


def when(text: str, *, today: date, words: CalendarWords, now: time | None = None) -> When:
    """Resolve the first day and the first hour named in `text`.

    `today` is the diary day of the recording, `now` its hour: "at nine" said at ten in the
    evening is not this morning. A weekday is the next one to come; "next Friday" in English is
    that of the following week. A date without a year is the nearest one.
    """
    days = _in_order(_days(text, today, words))
    found = _closest(_where_moved(days, text, words), text)
    soon = now if found is None or found.day == today else None
    hours = clocks(text, words, after=soon)
    day_spans = tuple(day.span for day in days)
    return When(
        day=found.day if found else None,
        at=hours[0].at if hours else None,
        past=any(day.past for day in days),
        spans=tuple(sorted((*day_spans, *(hour.span for hour in hours)))),
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


def _in_order(days: Iterator[_Day]) -> list[_Day]:
    """Sort by place; of words that overlap those that name the day most closely stay."""
    kept: list[_Day] = []
    for day in sorted(days, key=lambda day: (day.rank, day.span[0] - day.span[1])):
        if all(day.span[1] <= other.span[0] or other.span[1] <= day.span[0] for other in kept):
            kept.append(day)
    return sorted(kept, key=lambda day: day.span)


def _where_moved(days: list[_Day], text: str, words: CalendarWords) -> list[_Day]:
    """Leave out the day that something is moved from: "moved from Monday to Wednesday"."""
    if len(days) < 2 or not words.moved.search(text):  # noqa: PLR2004 - from one to another
        return days
    first, *others = days
    return others if words.moved_from.match(text[first.span[0] :]) else days


def _closest(days: Sequence[_Day], text: str) -> _Day | None:
    """Return the first day named, by its closest name: "Thursday the 26th" is the 26th."""
    if not days:
        return None
    best = end = days[0]
    for day in days[1:]:
        if not _BETWEEN_PARTS.fullmatch(text[end.span[1] : day.span[0]]):
            break
        best, end = min(best, day, key=lambda day: day.rank), day
    return best


def _days(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    yield from chain(
        _dates(text, today, words),
        _month_days(text, today, words),
        _weekdays(text, today, words),
        _relative_days(text, today, words),
        _distances(text, today, words),
        _periods(text, today, words),
    )


def _dates(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for pattern in (words.date, words.numeric_date):
        for match in pattern.finditer(text):
            name = (group(match, "month") or "").lower()
            month = words.months.get(name) or int(name)
            year = today.year + 1 if group(match, "next_year") else int(group(match, "year") or 0)
            day = _nearest(number(group(match, "day"), words), month, year, today)
            if day is not None:
                yield _Day(day=day, span=match.span(), rank=_DATE)


def _nearest(day: int, month: int, year: int, today: date) -> date | None:
    years = (year,) if year else (today.year - 1, today.year, today.year + 1)
    found = []
    for candidate in years:
        try:
            found.append(date(candidate, month, day))
        except ValueError:
            continue
    ahead = [one for one in found if year or (one - today).days > -_HALF_YEAR_DAYS]
    return min(ahead, default=None)


def _month_days(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for match in words.month_day.finditer(text):
        day = _next_of_month(number(group(match, "day"), words), today)
        if day is not None:
            yield _Day(day=day, span=match.span(), rank=_MONTH_DAY)


def _next_of_month(day: int, today: date) -> date | None:
    if not day:
        return None
    candidates = (today + relativedelta(months=n, day=day) for n in range(_MONTHS_TRIED))
    # A month that is too short gives its last day.
    return next((one for one in candidates if one.day == day and one >= today), None)


def _weekdays(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for match in words.weekday.finditer(text):
        name = (group(match, "name") or "").lower()
        of_week = weekday(words.weekdays[name])
        day: date | None = today + relativedelta(days=1, weekday=of_week(1))
        rank = _WEEKDAY
        if group(match, "next"):
            day = today + relativedelta(days=1, weekday=MO(1)) + relativedelta(weekday=of_week(1))
        elif group(match, "week"):
            day = today + relativedelta(days=1, weekday=of_week(2))
        if of_month := group(match, "dom"):
            day, rank = _next_of_month(number(of_month, words), today) or day, _MONTH_DAY
        yield _Day(day=day, past=bool(group(match, "past")), span=match.span(), rank=rank)


def _relative_days(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for match in words.relative.finditer(text):
        ahead = words.relative_days[" ".join(match[0].lower().split())]
        yield _Day(day=today + relativedelta(days=ahead), span=match.span(), rank=_RELATIVE)
    for match in words.gone.finditer(text):
        yield _Day(past=True, span=match.span(), rank=_RELATIVE)


def _distances(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for match in words.distance.finditer(text):
        said = (group(match, "unit") or "").lower()
        unit = next(unit for stem, unit in words.units.items() if said.startswith(stem))
        count = number(group(match, "n"), words)
        if said in words.fixed_days:
            unit, count = "days", count * words.fixed_days[said]
        day = _moved(today, unit, count)
        if day is not None:
            yield _Day(day=day, span=match.span(), rank=_RELATIVE)


def _moved(today: date, unit: str, count: int) -> date | None:
    try:
        moved: date = today + relativedelta(**{unit: count})
    except (OverflowError, ValueError):
        return None
    return moved


def _periods(text: str, today: date, words: CalendarWords) -> Iterator[_Day]:
    for match in words.period_end.finditer(text):
        day = _end_of(group(match, "unit") or "", bool(group(match, "next")), today, words)
        yield _Day(day=day, span=match.span(), rank=_RELATIVE)
    for match in words.weekend.finditer(text):
        saturday = today + relativedelta(weekday=weekday(_SATURDAY)(1))
        if today.weekday() == _SUNDAY:
            saturday = today
        day = saturday + relativedelta(weeks=1 if group(match, "next") else 0)
        past = bool(group(match, "past"))
        yield _Day(day=day, past=past, span=match.span(), rank=_RELATIVE)
    for match in words.this_week.finditer(text):
        sunday = today + relativedelta(weekday=weekday(_SUNDAY)(1))
        yield _Day(day=sunday, span=match.span(), rank=_RELATIVE)


def _end_of(said: str, of_next: bool, today: date, words: CalendarWords) -> date:  # noqa: FBT001 - read from a pattern
    unit = next(unit for stem, unit in words.units.items() if stem in said.lower())
    ahead = 1 if of_next else 0
    end = relativedelta(years=ahead, month=12, day=31)
    if unit == "weeks":
        last = _FRIDAY if today.weekday() <= _FRIDAY else _SUNDAY
        end = relativedelta(weekday=weekday(last)(1 + ahead))
    elif unit == "months":
        end = relativedelta(months=ahead, day=31)
    last_day: date = today + end
    return last_day
