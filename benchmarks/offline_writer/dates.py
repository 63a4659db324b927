"""How many phrases about time are read rightly: by our rules, and by libraries where installed.

Each library is given the phrase, the language and the moment from which it is seen, and prefers
what lies ahead; `dateparser, day alone` gets the words for the day without their preposition,
which our rules could tell it.
"""

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from importlib import import_module
from importlib.metadata import version
from importlib.util import find_spec

import yaml

from agents.diarist.offline.rules.catalogue import rules_for
from agents.diarist.offline.when import when
from benchmarks.offline_writer.labels import FOLDER

_SEEN_FROM = "2026-11-18T09:10"
_PREPOSITIONS = re.compile(
    r"^(?:(?:on|by|at|the|this|am|bis|zum|diesen|kommenden|el|este|antes de|antes del|día)\s+)+",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\s(?:at|um|a las?|a mediodía)\b.*")

Reading = tuple[str, str | None]
"""Day and hour in ISO 8601; no hour where none was found."""

Reader = Callable[[str, str, datetime], Reading | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DateRow:
    """What one reader made of one language's phrases."""

    reader: str
    language: str
    phrases: int
    right: int
    no_time: int
    made_up: int
    """Of the phrases that name no time, how many were read as one."""
    ms_each: float


def date_rows(languages: tuple[str, ...]) -> list[DateRow]:
    """Measure every reader that is at hand."""
    return [_row(name, read, language) for name, read in _readers() for language in languages]


def _readers() -> Iterator[tuple[str, Reader]]:
    yield "our rules with dateutil", _ours
    if find_spec("dateparser") is not None:
        name = f"dateparser {version('dateparser')}"
        yield name, _dateparser
        yield f"{name}, day alone", _dateparser_day


def _row(name: str, read: Reader, language: str) -> DateRow:
    phrases = yaml.load((FOLDER / "dates.yaml").read_text("utf-8"), yaml.BaseLoader)[language]  # noqa: S506 - it reads strings alone
    right = made_up = no_time = 0
    began = time.perf_counter()
    for phrase, meant in phrases.items():
        text, _, seen = phrase.partition(" / ")
        found = read(text, language, datetime.fromisoformat(seen or _SEEN_FROM))
        if meant == "-":
            no_time += 1
            made_up += found is not None
        else:
            right += found is not None and _is_right(found, meant.split("|"))
    took = time.perf_counter() - began
    return DateRow(
        reader=name,
        language=language,
        phrases=len(phrases) - no_time,
        right=right,
        no_time=no_time,
        made_up=made_up,
        ms_each=round(1_000 * took / len(phrases), 3),
    )


def _is_right(found: Reading, meant: list[str]) -> bool:
    """Tell whether the day is right and the hour, too, where one is meant."""
    day, hour = found
    return any(day == one[:10] and hour in {one[11:] or None, "any"} for one in meant)


def _ours(text: str, language: str, now: datetime) -> Reading | None:
    found = when(text, today=now.date(), words=rules_for(language).calendar)
    if found.day is None and found.at is None:
        return None
    return str(found.day), f"{found.at:%H:%M}" if found.at else None


def _dateparser(text: str, language: str, now: datetime) -> Reading | None:
    found = import_module("dateparser").parse(
        text,
        languages=[language],
        settings={"RELATIVE_BASE": now, "PREFER_DATES_FROM": "future"},
    )
    if found is None:
        return None
    at = found.strftime("%H:%M")
    return str(found.date()), None if at in {"00:00", now.strftime("%H:%M")} else at


def _dateparser_day(text: str, language: str, now: datetime) -> Reading | None:
    found = _dateparser(_PREPOSITIONS.sub("", _HOUR.sub("", text)), language, now)
    return (found[0], "any") if found else None
