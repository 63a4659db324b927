"""What the offline writer knows about one language: words and patterns, no behaviour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.diarist.offline.rules.calendar_words import NEVER, CalendarWords


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRules:
    """Cue words and patterns of one language; an empty rule finds nothing."""

    language: str
    calendar: CalendarWords = field(default_factory=CalendarWords)
    stopwords: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    fillers: re.Pattern[str] = NEVER
    noise: re.Pattern[str] = NEVER
    """Text that recognisers make of silence and music."""

    obligations: tuple[re.Pattern[str], ...] = ()
    """Group `what`: the thing to do, from its first word to the end of the sentence."""
    idioms: re.Pattern[str] = NEVER
    """A `what` that only looks like a task: "I have to say"."""
    negated: re.Pattern[str] = NEVER
    """Says, right before or after a cue, that it does not hold."""
    supposed: re.Pattern[str] = NEVER
    """Right before a cue: only asked, supposed, or put in someone else's mouth."""
    clause_end: re.Pattern[str] = NEVER
    """Where a task or a headline stops within its sentence."""
    infinitive: re.Pattern[str] = NEVER
    """Group `verb`, one with an infinitive marker to be taken off a task: "anzurufen"."""
    task_lead: re.Pattern[str] = NEVER
    """Words at the start of a task which add nothing to it."""

    decisions: re.Pattern[str] = NEVER
    undecided: re.Pattern[str] = NEVER
    wonders: re.Pattern[str] = NEVER
    """An open question that does not end with a question mark."""
    asked_by_others: re.Pattern[str] = NEVER
    tag_question: re.Pattern[str] = NEVER

    event_words: re.Pattern[str] = NEVER
    event_verbs: re.Pattern[str] = NEVER
    past: re.Pattern[str] = NEVER
    not_past: re.Pattern[str] = NEVER
    """Participles of things agreed upon, which look past and lie ahead: "booked"."""
    called_off: re.Pattern[str] = NEVER
    others_plan: re.Pattern[str] = NEVER
    """Someone else's plan, told: "Anna said she will"."""
    title_lead: re.Pattern[str] = NEVER
    """Taken off the front of an event's title, again and again."""
    title_tail: re.Pattern[str] = NEVER
    title_inverted: re.Pattern[str] = NEVER
    """Groups `verb`, `subject`, to change places once the day before them is gone: "kommt sie"."""

    person_strong: re.Pattern[str] = NEVER
    """Before a name; whatever capitalised word follows is a person."""
    person_weak: re.Pattern[str] = NEVER
    """Before a name; the word that follows may be a thing as well."""
    person_after: re.Pattern[str] = NEVER
    """After a name: "said", "told"."""
    joins_surname: bool = True
    nouns_are_capitalised: bool = False
    kin: frozenset[str] = frozenset()
    """Words that stand for a name: "Mum"."""
    place_before: re.Pattern[str] = NEVER
    place_nouns: re.Pattern[str] = NEVER
    """Group `place`: a common place with its preposition before it."""
    not_names: frozenset[str] = frozenset()

    headline_lead: re.Pattern[str] = NEVER
    headline_broken: re.Pattern[str] = NEVER
    """What no headline begins with: there the lead has to stay."""
    noun_before: re.Pattern[str] = NEVER
    """Before a noun: articles and possessives, for topics."""
    not_topics: frozenset[str] = frozenset()
    feeling_cue: re.Pattern[str] = NEVER
    feelings: Mapping[str, int] = field(default_factory=dict)
    """Word to valence, -2 to 2."""
