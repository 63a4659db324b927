"""Judges a server's answer: a recording, a redirect, or what kind of failure."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from agents.errors import AudioError, AudioForbidden, AudioMissing, AudioUnreachable

_OK = 200
_REDIRECTS = {301, 302, 303, 307, 308}
_MISSING = {404, 410}
_REFUSED = {401, 403}
_PASSING = {408, 425, 429}
"""Answers of a server that would give the recording later; every 5xx is one, too."""

_AFTER_MOST_S = 86_400.0
"""Longest time that a server may ask for, in seconds: no deadline of a fetch is longer."""


def location_of(status: int, headers: Mapping[str, str]) -> str | None:
    """Return where a redirect leads; None if *status* is not one that leads anywhere."""
    return headers.get("Location") if status in _REDIRECTS else None


def is_recording(status: int) -> bool:
    """Whether an answer's body is the recording."""
    return status == _OK


def failure(status: int, headers: Mapping[str, str], *, shown: str, now: datetime) -> AudioError:
    """Return the error that an answer without a recording is."""
    said = f"{shown!r} answers {status}"
    if status in _MISSING:
        return AudioMissing(said)
    if status in _REFUSED:
        return AudioForbidden(f"{said}: it is not for us, or no longer")
    passing = status in _PASSING or status >= 500  # noqa: PLR2004 - the server's own faults
    after_s = _retry_after_s(headers.get("Retry-After", ""), now) if passing else 0.0
    return AudioUnreachable(said, passing=passing, after_s=after_s)


def _retry_after_s(text: str, now: datetime) -> float:
    """Return the seconds that *text*, a number of them or a date, asks to wait; 0 if neither."""
    digits = text.strip()
    if digits.isascii() and digits.isdecimal():
        return min(_AFTER_MOST_S, float(digits))
    try:
        date = parsedate_to_datetime(text)
        after_s = (date.replace(tzinfo=date.tzinfo or UTC) - now).total_seconds()
    except (ValueError, OverflowError):  # no date, or one of a year that there is none of
        return 0.0
    return min(_AFTER_MOST_S, max(0.0, after_s))
