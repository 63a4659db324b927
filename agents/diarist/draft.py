"""What a writer hands back: an entry in flat values that cite segments by their index.

A draft holds no ids and no absolute times. Its cites, names and quotes are claims, which
`agents.diarist.verify` checks against the transcript before anything is published.
"""

from dataclasses import dataclass, field
from datetime import date, time

from schemas import Generator

Cites = tuple[int, ...]
"""Indices of segments, as in `Segment.index`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftPassage:
    """A sentence or more of the narrative, in order; `opens_paragraph` starts a new one."""

    text: str
    cites: Cites
    opens_paragraph: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMoment:
    """An item of the timeline; its time is that of the first segment it cites."""

    headline: str
    detail: str = ""
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftName:
    """A person or a place."""

    name: str
    note: str = ""
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftMood:
    """How the speaker felt, with the segments that say so."""

    label: str
    valence: int | None = None
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftAction:
    """Something to do; without an owner it is the speaker's."""

    text: str
    due: date | None = None
    owner: str | None = None
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEvent:
    """Something for the calendar, in the recording's own wall-clock time; no `at` is all day."""

    title: str
    day: date
    at: time | None = None
    until: time | None = None
    place: str | None = None
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftNote:
    """A decision or an open question."""

    text: str
    cites: Cites


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftQuote:
    """Words said to lie in one segment as they are."""

    text: str
    segment: int
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An entry as its writer proposes it."""

    title: str
    narrative: tuple[DraftPassage, ...]
    summary: str
    generator: Generator
    language: str | None = None
    timeline: tuple[DraftMoment, ...] = ()
    people: tuple[DraftName, ...] = ()
    places: tuple[DraftName, ...] = ()
    topics: tuple[str, ...] = ()
    mood: DraftMood | None = None
    action_items: tuple[DraftAction, ...] = ()
    events: tuple[DraftEvent, ...] = ()
    decisions: tuple[DraftNote, ...] = ()
    questions: tuple[DraftNote, ...] = ()
    quotes: tuple[DraftQuote, ...] = ()
    warnings: tuple[str, ...] = ()
    is_verified: bool = field(default=False, compare=False)
    """Whether its claims hold: set by `agents.diarist.verify` alone."""
