"""Times as people give them on the command line."""

import os
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo, available_timezones

from agents.errors import SettingsError
from schemas.forms import in_range

LOCALTIME = Path("/etc/localtime")
"""Where Unix keeps the machine's zone: a link into the zone database, on most systems."""


def local_time_zone() -> str:
    """Return this machine's IANA zone: TZ, else what /etc/localtime links to, else UTC."""
    named = os.environ.get("TZ", "").removeprefix(":")
    if named in available_timezones():
        return named
    linked = str(LOCALTIME.resolve()).rpartition("zoneinfo/")[2]
    return linked if linked in available_timezones() else "UTC"


def checked_time_zone(name: str) -> str:
    """Return *name*, which a person has given.

    Raises:
        SettingsError: it is no IANA zone.

    """
    if name not in available_timezones():
        raise SettingsError(f"--time-zone {name!r} is no IANA zone such as Europe/Berlin")
    return name


def parse_time(text: str, time_zone: str) -> datetime:
    """Return the time that *text* names; without an offset it is local to *time_zone*.

    Raises:
        SettingsError: *text* or *time_zone* cannot be read.

    """
    try:
        told = datetime.fromisoformat(text)
    except ValueError as error:
        raise SettingsError(
            f"--recorded-at {text!r} is no ISO 8601 time such as 2026-11-22T07:40 ({error})"
        ) from error
    if told.tzinfo is None:
        told = told.replace(tzinfo=ZoneInfo(checked_time_zone(time_zone)))
    try:
        in_range(told)
    except ValueError as error:
        raise SettingsError(f"--recorded-at {text!r} {error}") from error
    return told
