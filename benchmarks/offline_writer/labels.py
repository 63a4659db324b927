"""Labelled recordings: what was said, and what an entry ought to make of it."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from schemas import TranscriptReady
from tests.support.builders import a_segment, a_transcript

FOLDER = Path(__file__).parent / "labelled"
NOTED = ("action_items", "events", "decisions", "questions")
NAMED = ("people", "places")
KINDS = (*NOTED, *NAMED)

_DEFAULT_DAY = "2026-11-18T09:10 Europe/Berlin"
_ITEM = re.compile(r"(?P<at>\d+) (?P<words>[^@]+?)(?: @(?P<when>\S+))?")
_DAY_START_H = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """A day, and an hour where one is known."""

    day: date
    at: time | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """One item that an entry should hold (or, `optional`, may hold)."""

    segment: int
    words: tuple[str, ...]
    moments: tuple[Moment, ...] = ()
    """Any of these is right; none: there is no day."""
    judged: bool = True
    """Whether the day counts at all."""
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Name:
    """A person or place under any of its names, in lower case."""

    names: frozenset[str]
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """One labelled recording."""

    name: str
    held: bool
    transcript: TranscriptReady
    items: Mapping[str, Sequence[Label]]
    names: Mapping[str, Sequence[Name]]
    never: Sequence[tuple[int, str, str]]
    """Segment, kind, and why it holds no item of that kind."""
    may_merge: bool = False
    """Whether several items may be told as one."""


def recordings(language: str, folder: Path = FOLDER) -> tuple[Recording, ...]:
    """Return the labelled recordings of a language."""
    read = yaml.safe_load((folder / f"{language}.yaml").read_text(encoding="utf-8"))
    return tuple(_recording(raw, language) for raw in read)


def _recording(raw: Mapping[str, Any], language: str) -> Recording:
    local, zone = raw.get("day", _DEFAULT_DAY).split()
    at = datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(zone))
    day = at.date() if at.hour >= _DAY_START_H else date.fromordinal(at.toordinal() - 1)
    segments = [a_segment(text, index=index) for index, text in enumerate(raw["said"])]
    return Recording(
        name=raw["id"],
        held=raw.get("held", False),
        transcript=a_transcript(
            *segments,
            language=language,
            recorded_at=at.astimezone(UTC),
            time_zone=zone,
            diary_date=day,
        ),
        items={kind: tuple(_both(raw, kind, _label)) for kind in NOTED},
        names={kind: tuple(_both(raw, kind, _name)) for kind in NAMED},
        never=[_trap(text) for text in raw.get("never", ())],
        may_merge=raw.get("merge_ok", False),
    )


def _both(raw: Mapping[str, Any], kind: str, read: Any) -> Iterator[Any]:
    for text in raw.get(kind, ()):
        yield read(text, optional=False)
    for text in raw.get(f"maybe_{kind}", ()):
        yield read(text, optional=True)


def _label(text: str, *, optional: bool) -> Label:
    match = _ITEM.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no label")
    moments = () if match["when"] in {None, "?"} else match["when"].split("|")
    return Label(
        segment=int(match["at"]),
        words=tuple(match["words"].casefold().split()),
        moments=tuple(map(_moment, moments)),
        judged=match["when"] != "?",
        optional=optional,
    )


def _moment(text: str) -> Moment:
    if "T" not in text:
        return Moment(day=date.fromisoformat(text))
    found = datetime.fromisoformat(text)
    return Moment(day=found.date(), at=found.time())


def _name(text: str, *, optional: bool) -> Name:
    return Name(names=frozenset(text.casefold().split("|")), optional=optional)


def _trap(text: str) -> tuple[int, str, str]:
    segment, kind, why = text.split()
    return int(segment), kind, why
