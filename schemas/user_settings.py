"""`users.settings`: what a person wishes of transcripts and diary; the newest record counts."""

from dataclasses import dataclass
from datetime import time
from enum import StrEnum
from typing import Annotated, ClassVar

from schemas.constraints import AtMost, ClockTime, Id, Language, LongCount, PlainName
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


Sections = Annotated[tuple[Section, ...], AtMost(100)]
Names = Annotated[tuple[PlainName, ...], AtMost(100)]


@dataclass(frozen=True, slots=True, kw_only=True)
class UserSettings(Envelope):
    """One person's wishes; every field has a default, so that any of them can be left out."""

    accepts_json: ClassVar[bool] = True

    narrator: Narrator = Narrator.FIRST_PERSON
    length: Length = Length.NORMAL
    language: Language | None = None
    """Language of the diary, ISO 639-1; None: as spoken."""
    sections: Sections | None = None
    """Parts wanted; None: all."""
    names: Names = ()
    """Names to spell right, of people, places and things; the most important first."""
    prompt: Id | None = None
    """Version of the prompt template, as in `Generator.prompt_version`; None: the newest."""
    daily_cap_micros: LongCount | None = None
    """What a day's entries may cost, in millionths of a US dollar; None: no cap of one's own."""
    day_start: ClockTime | None = None
    """Local time, HH:MM, at which a diary day begins; None: the worker's setting."""

    def day_starts_at(self, default: time) -> time:
        """Return the local time at which the person's days begin, *default* without a wish."""
        return default if self.day_start is None else time.fromisoformat(self.day_start)


def without_wishes(tenant_id: str, user_id: str) -> UserSettings:
    """Return the settings of a person who has expressed no wish."""
    return UserSettings(tenant_id=tenant_id, user_id=user_id)
