"""Assigns a moment to the day of a diary."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def diary_date(recorded_at: datetime, time_zone: str, day_start: time) -> date:
    """Return the diary day of *recorded_at*: a day runs from *day_start* on the local clock.

    Reckons with what clocks on the wall show, so that days of 23 and 25 hours come out right.
    """
    local = recorded_at.astimezone(ZoneInfo(time_zone))
    start = timedelta(hours=day_start.hour, minutes=day_start.minute, seconds=day_start.second)
    return (local.replace(tzinfo=None) - start).date()
