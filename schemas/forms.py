"""How times and dates are spelled: as numbers in Avro, as ISO 8601 in JSON."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)

# Far enough from what `datetime` can hold that any zone, day start and duration can be applied.
EARLIEST = datetime(2, 1, 1, tzinfo=UTC)
LATEST = datetime(9990, 1, 1, tzinfo=UTC)
_EARLIEST_MS = (EARLIEST - EPOCH) // _MILLISECOND
_LATEST_MS = (LATEST - EPOCH) // _MILLISECOND
_OUT_OF_RANGE = f"is not between the years {EARLIEST.year} and {LATEST.year}"


@dataclass(frozen=True, slots=True)
class Form:
    """Readers and writers of times and dates; a reader raises ValueError with what is wrong."""

    read_time: Callable[[object], datetime]
    write_time: Callable[[datetime], object]
    read_date: Callable[[object], date]
    write_date: Callable[[date], object]


def in_range(moment: datetime) -> datetime:
    """Return a time in UTC and whole milliseconds.

    Raises ValueError where it has no zone or is beyond what readers can calculate with.
    """
    if moment.utcoffset() is None:
        raise ValueError("has no time zone")
    try:
        utc = moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError(_OUT_OF_RANGE) from error
    if not EARLIEST <= utc <= LATEST:
        raise ValueError(_OUT_OF_RANGE)
    return utc.replace(microsecond=utc.microsecond // 1000 * 1000)


def to_millis(moment: datetime) -> int:
    """Return a time as milliseconds since 1970; raises as `in_range`."""
    return (in_range(moment) - EPOCH) // _MILLISECOND


def _from_millis(value: object) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        raise ValueError("is not a time")  # noqa: TRY004 - what is wrong with the value, not our call
    if not _EARLIEST_MS <= value <= _LATEST_MS:
        raise ValueError(_OUT_OF_RANGE)
    return EPOCH + timedelta(milliseconds=value)


def _from_days(value: object) -> date:
    days = value if isinstance(value, int) else 0
    if not _EARLIEST_MS <= days * 86_400_000 <= _LATEST_MS:
        raise ValueError(_OUT_OF_RANGE)
    return EPOCH.date() + timedelta(days=days)


def _to_days(day: date) -> int:
    return (day - EPOCH.date()).days


def _from_iso_or_millis(value: object) -> datetime:
    if not isinstance(value, str):
        return _from_millis(value)
    try:
        moment = datetime.fromisoformat(value)
    except ValueError as error:
        raise ValueError("is neither ISO 8601 nor epoch milliseconds") from error
    return in_range(moment)


def _to_iso(moment: datetime) -> str:
    return in_range(moment).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _from_iso_date(value: object) -> date:
    try:
        day = date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as error:
        raise ValueError("is not a date as YYYY-MM-DD") from error
    return _from_days(_to_days(day))


AVRO = Form(_from_millis, to_millis, _from_days, _to_days)
"""Times as milliseconds and dates as days since 1970."""

JSON = Form(_from_iso_or_millis, _to_iso, _from_iso_date, date.isoformat)
"""Times as ISO 8601 with a zone (epoch milliseconds are read as well), dates as YYYY-MM-DD."""
