"""How a language speaks of what is to come: patterns, which `offline.plans` reads."""

import re
from dataclasses import dataclass

from agents.diarist.offline.rules.calendar_words import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanWords:
    """Cues of events, and how their titles are made."""

    event_words: re.Pattern[str] = NEVER
    event_verbs: re.Pattern[str] = NEVER
    copula: re.Pattern[str] = NEVER
    """What stands between an event and its time: "the premiere is"."""
    past: re.Pattern[str] = NEVER
    not_past: re.Pattern[str] = NEVER
    """Participles of things agreed upon, which look past and lie ahead: "booked"."""
    called_off: re.Pattern[str] = NEVER
    recurring: re.Pattern[str] = NEVER
    denied: re.Pattern[str] = NEVER
    conditional: re.Pattern[str] = NEVER
    others_plan: re.Pattern[str] = NEVER
    """Someone else's plan, told: "Anna said she will"."""
    of_us: re.Pattern[str] = NEVER
    """Says that someone else's plan is the speaker's as well."""
    title_lead: re.Pattern[str] = NEVER
    """Taken off the front of an event's title, again and again."""
    title_tail: re.Pattern[str] = NEVER
    title_inverted: re.Pattern[str] = NEVER
    """Groups `verb`, `subject`, to change places once the day before them is gone: "kommt sie"."""
