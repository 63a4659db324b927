"""Finds out when a recording was made, and says where that is known from."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from schemas import AudioReceived, RecordedAtSource

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""Before this a clock was never set: it counts from 1904, 1970 or 1980."""

CLOCK_SKEW = timedelta(hours=24)
"""How far ahead of us a clock may be; a zone that was mistaken makes up to 14 hours."""

CLOCK_UNSET, CLOCK_FUTURE = "clock_unset", "clock_future"
"""Warning codes."""

_DATE = r"(?P<year>20\d\d)(?P<sep>[-_.]?)(?P<month>\d\d)(?P=sep)(?P<day>\d\d)"
_TIME = (
    r"(?P<hour>\d{1,2})(?P<tsep>[-_.:h]?)(?P<minute>\d\d)(?:(?P=tsep)(?P<second>\d\d))?"
    r"(?:[.,]?\d{3})?(?:\s?(?P<half>[AaPp])\.?[Mm]\.?)?(?P<zone>Z|[+-]\d\d:?\d\d)?"
)
_STAMP = re.compile(rf"(?<![0-9A-Za-z]){_DATE}(?:\s+at\s+|[T _-]+){_TIME}(?![0-9A-Za-z])")
_NAMED_IN_UTC = re.compile(r"^PXL_")
"""Google's camera and recorder name their files in UTC, all others in local time."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedAt:
    """When a recording was made, how that is known, and what was wrong with better sources."""

    at: datetime
    source: RecordedAtSource
    warnings: tuple[str, ...] = ()


def resolve_recorded_at(
    event: AudioReceived, *, time_tags: Mapping[str, str], name: str, received_at: datetime
) -> RecordedAt:
    """Return the first sensible time: the producer's, the file's own, its name's, the upload's.

    *received_at* is when the event reached us: nothing was recorded (much) after that.
    """
    zone = ZoneInfo(event.time_zone)
    uploaded_at = event.uploaded_at or event.occurred_at or received_at
    warnings: set[str] = set()
    for at, source in (
        (event.recorded_at, event.recorded_at_source),
        (time_in_tags(time_tags, zone), RecordedAtSource.FILE_METADATA),
        (time_in_name(name, zone), RecordedAtSource.FILENAME),
        (uploaded_at, RecordedAtSource.UPLOAD_TIME),
    ):
        if at is None:
            continue
        wrong = _clock_fault(at, received_at)
        if wrong is None:
            return RecordedAt(at=at, source=source, warnings=tuple(sorted(warnings)))
        warnings.add(wrong)
    return RecordedAt(
        at=received_at, source=RecordedAtSource.UPLOAD_TIME, warnings=tuple(sorted(warnings))
    )


def plausible_arrival(claimed: datetime | None, now: datetime) -> datetime:
    """Return when an event reached us: as *claimed*, or *now* where that clock cannot be right."""
    return now if claimed is None or _clock_fault(claimed, now) else claimed


def time_in_tags(tags: Mapping[str, str], zone: ZoneInfo) -> datetime | None:
    """Return the time that a container's *tags* give, in the order in which they are trusted.

    A time without a zone is local. WAV files of field recorders split date and time of day.
    """
    for text in _tag_texts(tags):
        try:
            at = datetime.fromisoformat(text)
        except ValueError:
            continue
        if len(text) > len("2026-11-19"):
            return at if at.tzinfo else at.replace(tzinfo=zone)
    return None


def _tag_texts(tags: Mapping[str, str]) -> Iterator[str]:
    yield tags.get("com.apple.quicktime.creationdate", "")
    yield tags.get("creation_time", "")
    yield f"{tags.get('date', '')}T{tags.get('creation_time', '')}"
    yield tags.get("date", "")


def time_in_name(name: str, zone: ZoneInfo) -> datetime | None:
    """Return the date and time of day in a file's *name*, as phones and recorders write them."""
    found = _STAMP.search(name)
    if found is None:
        return None
    parts = found.groupdict()
    hour = int(parts["hour"])
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"] in "pP" else 0)
    try:
        at = datetime.fromisoformat(
            f"{parts['year']}-{parts['month']}-{parts['day']}T{hour:02}:{parts['minute']}"
            f":{parts['second'] or '00'}{parts['zone'] or ''}"
        )
    except ValueError:
        return None
    if at.tzinfo is None:
        at = at.replace(tzinfo=UTC if _NAMED_IN_UTC.match(name) else zone)
    return at


def _clock_fault(at: datetime, received_at: datetime) -> str | None:
    if at < EARLIEST:
        return CLOCK_UNSET
    return CLOCK_FUTURE if at > received_at + CLOCK_SKEW else None
