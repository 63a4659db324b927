"""Dead letters as people and programs read them: short, and safe to print on a terminal."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from agents.delivery.letter import Letter
from agents.delivery.record import Headers

PREVIEW_CHARACTERS = 160
"""Longest preview of a value: enough for the beginning of an event."""
PREVIEW_BYTES = 48
"""Bytes of a value that is no text, shown as two digits each."""


def summary(letters: Iterable[Letter]) -> dict[str, Any]:
    """Return how many letters there are, by reason and stage, and their oldest and newest time."""
    reasons: Counter[str] = Counter()
    stages: Counter[str] = Counter()
    waiting = 0
    times = []
    for letter in letters:
        reasons[printable(letter.reason)] += 1
        stages[printable(letter.stage)] += 1
        waiting += not letter.redriven
        if letter.record.timestamp_ms is not None:
            times.append(letter.record.timestamp_ms)
    return {
        "count": sum(reasons.values()),
        "waiting": waiting,
        "reasons": dict(reasons.most_common()),
        "stages": dict(stages.most_common()),
        "oldest": _time(min(times, default=None)),
        "newest": _time(max(times, default=None)),
    }


def facts(letter: Letter) -> dict[str, Any]:
    """Return what is to be known of *letter*."""
    record = letter.record
    return {
        "topic": record.partition.topic,
        "partition": record.partition.partition,
        "offset": record.offset,
        "key": None if record.key is None else printable(record.key.decode(errors="replace")),
        "value_bytes": None if record.value is None else len(record.value),
        "preview": preview(record.value),
        "original": {
            "topic": printable(letter.topic),
            "partition": letter.partition,
            "offset": letter.offset,
            "headers": _headers(letter.original_headers),
        },
        "reason": printable(letter.reason),
        "message": printable(letter.message),
        "stage": printable(letter.stage),
        "at": printable(letter.at),
        "delivery_count": letter.delivery_count,
        "redriven": letter.redriven,
    }


def preview(value: bytes | None) -> str | None:
    """Return the beginning of *value*: of text as text, of anything else in hexadecimal."""
    if value is None:
        return None
    if value.startswith(b"{"):
        text = value[: 4 * PREVIEW_CHARACTERS].decode(errors="replace")
        return _shortened(printable(text), PREVIEW_CHARACTERS)
    return value[:PREVIEW_BYTES].hex() + ("…" if len(value) > PREVIEW_BYTES else "")


def printable(text: str) -> str:
    """Return *text* with everything escaped that could move a terminal's cursor."""
    return "".join(
        one if one.isprintable() else one.encode("unicode_escape").decode() for one in text
    )


def _headers(headers: Headers) -> list[list[str | None]]:
    return [
        [
            printable(name),
            None
            if value is None
            else _shortened(printable(value.decode(errors="replace")), PREVIEW_CHARACTERS),
        ]
        for name, value in headers
    ]


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else text[:length] + "…"


def _time(timestamp_ms: int | None) -> str | None:
    if timestamp_ms is None:
        return None
    return datetime.fromtimestamp(timestamp_ms / 1000, UTC).isoformat(timespec="milliseconds")
