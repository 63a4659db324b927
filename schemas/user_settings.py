"""`users.settings`: what a person wishes of transcripts and diary; the newest record counts."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated

from schemas.constraints import AtMost, LongCount
from schemas.envelope import Envelope


class Narrator(StrEnum):
    """Who tells the diary: the person, or somebody about the person."""

    FIRST_PERSON = "FIRST_PERSON"
    THIRD_PERSON = "THIRD_PERSON"


class Length(StrEnum):
    """How much of a recording its entry tells."""

    SHORT = "SHORT"
    NORMAL = "NORMAL"
    LONG = "LONG"


class Section(StrEnum):
    """Parts of an entry that a person may leave out."""

    TIMELINE = "TIMELINE"
    PEOPLE = "PEOPLE"
    PLACES = "PLACES"
    TOPICS = "TOPICS"
    MOOD = "MOOD"
    ACTION_ITEMS = "ACTION_ITEMS"
    EVENTS = "EVENTS"
    DECISIONS = "DECISIONS"
    QUESTIONS = "QUESTIONS"
    QUOTES = "QUOTES"


Name = Annotated[str, AtMost(100)]
Names = Annotated[tuple[Name, ...], AtMost(100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSettings(Envelope):
    """One person's wishes; every field has a default, so that any of them can be left out."""

    narrator: Narrator = Narrator.FIRST_PERSON
    length: Length = Length.NORMAL
    language: str | None = None
    """Language of the diary, ISO 639-1; None: as spoken."""
    sections: tuple[Section, ...] | None = None
    """Parts wanted; None: all."""
    names: Names = ()
    """Names to spell right, of people, places and things."""
    prompt: str | None = None
    """Version of the prompt template, as in `Generator.prompt_version`; None: the newest."""
    daily_cap_micros: LongCount | None = None
    """What a day's entries may cost, in millionths of a US dollar; None: no cap of one's own."""
    day_start: str | None = None
    """Local time, HH:MM, at which a diary day begins; None: the worker's setting."""
