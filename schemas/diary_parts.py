"""The parts that diary entries and pages are made of; each says which words it rests on."""

from dataclasses import dataclass
from datetime import date, datetime

from schemas.constraints import Count, Id, LongCount, Millis, Valence


@dataclass(frozen=True, slots=True, kw_only=True)
class Cite:
    """The segment of a recording that something rests on."""

    recording_id: Id
    segment: Count
    start_ms: Millis


@dataclass(frozen=True, slots=True, kw_only=True)
class TimelineItem:
    """Something that happened, when."""

    at: datetime
    headline: str
    detail: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who was named."""

    name: str
    note: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Somewhere that was named."""

    name: str
    note: str = ""
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mood:
    """How the speaker felt, from -2 (low) to 2 (high)."""

    label: str
    valence: Valence | None = None
    evidence: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionItem:
    """Something to do."""

    item_id: Id
    text: str
    due: date | None = None
    owner: str | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CalendarEvent:
    """Something worth an entry in a calendar."""

    title: str
    start: datetime
    end: datetime | None = None
    all_day: bool = False
    place: str | None = None
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Something that was decided."""

    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Something left open."""

    text: str
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class NarrativeCite:
    """What the characters `start` to `end` (excluded) of the narrative rest on."""

    start: Count
    end: Count
    cites: tuple[Cite, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """Words as they were said."""

    text: str
    speaker: str | None = None
    cite: Cite


@dataclass(frozen=True, slots=True, kw_only=True)
class GeneratorCall:
    """One call of a language model; `cost_micros` is None where its price is unknown."""

    provider: str
    model: str
    purpose: str
    input_tokens: LongCount
    cached_tokens: LongCount
    cache_write_tokens: LongCount
    output_tokens: LongCount
    cost_micros: LongCount | None = None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Generator:
    """Who wrote a text, and at what cost in millionths of `currency`."""

    provider: str
    model: str
    prompt_version: str
    fallback: bool
    input_tokens: LongCount
    output_tokens: LongCount
    cached_tokens: LongCount
    cost_micros: LongCount | None = None
    currency: str = "USD"
    cache_hit: bool
    latency_ms: Millis
    calls: tuple[GeneratorCall, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Page:
    """What a reader sees of an entry or a day."""

    # Empty here so that an event can have several such parents; the event itself holds the slots.
    __slots__ = ()

    language: str | None = None
    title: str
    narrative: str
    summary: str
    timeline: tuple[TimelineItem, ...] = ()
    people: tuple[Person, ...] = ()
    places: tuple[Place, ...] = ()
    topics: tuple[str, ...] = ()
    mood: Mood | None = None
    action_items: tuple[ActionItem, ...] = ()
    events: tuple[CalendarEvent, ...] = ()
    decisions: tuple[Decision, ...] = ()
    questions: tuple[Question, ...] = ()
    narrative_cites: tuple[NarrativeCite, ...] = ()
    quotes: tuple[Quote, ...] = ()
    generator: Generator
    warnings: tuple[str, ...] = ()
