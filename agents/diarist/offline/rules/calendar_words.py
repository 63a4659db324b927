"""How a language speaks of days and hours: patterns, which `offline.when` reads."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

NEVER = re.compile(r"(?!)")
"""Matches nothing: the pattern of a rule that a language does not have."""

Unit = Literal["days", "weeks", "months", "years"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarWords:
    """Patterns by kind; a group may come again in an alternative as `name2`, `name3`."""

    relative_days: Mapping[str, int] = field(default_factory=dict)
    """Phrase of `relative` to days from the recording's day."""
    relative: re.Pattern[str] = NEVER
    weekday: re.Pattern[str] = NEVER
    """Groups: `name`; `dom` (day of the month); `next` (of the week after this one); `past`;
    `week` (a week after the next one to come)."""
    weekdays: Mapping[str, int] = field(default_factory=dict)
    distance: re.Pattern[str] = NEVER
    """Groups: `n` and `unit`."""
    fixed_days: Mapping[str, int] = field(default_factory=dict)
    """Units that are so many days: "fortnight"."""
    units: Mapping[str, Unit] = field(default_factory=dict)
    """How a word for a unit begins, to the unit."""
    gone: re.Pattern[str] = NEVER
    """A time that has passed: "two weeks ago", "yesterday"."""
    date: re.Pattern[str] = NEVER
    """Groups: `day`, `month`, `year` or `next_year`."""
    numeric_date: re.Pattern[str] = NEVER
    """Groups: `day`, `month` (a number), `year`."""
    month_day: re.Pattern[str] = NEVER
    """A day of a month not named. Group: `day`."""
    moved: re.Pattern[str] = NEVER
    """Says that something changes its day."""
    moved_from: re.Pattern[str] = NEVER
    """How words for a day begin from which something is moved to another: "from Monday to"."""
    months: Mapping[str, int] = field(default_factory=dict)
    period_end: re.Pattern[str] = NEVER
    """The end of a week, month or year. Groups: `unit`, `next`."""
    weekend: re.Pattern[str] = NEVER
    """Groups: `next`, `past`."""
    this_week: re.Pattern[str] = NEVER
    """Some time until Sunday."""
    clock: re.Pattern[str] = NEVER
    """Groups: `h`, `m`; `past`/`to` (minutes around the hour), `half_to`, `of_to` (quarters of the
    hour that ends with `h`); `part` (of the day)."""
    fixed_hours: re.Pattern[str] = NEVER
    """Groups `noon`, `midnight`."""
    numbers: Mapping[str, int] = field(default_factory=dict)
    before_noon: re.Pattern[str] = NEVER
    after_noon: re.Pattern[str] = NEVER
