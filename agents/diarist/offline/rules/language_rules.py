"""What the offline writer knows about one language: words and patterns, no behaviour."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agents.diarist.offline.rules.calendar_words import NEVER, CalendarWords
from agents.diarist.offline.rules.name_words import NameWords
from agents.diarist.offline.rules.note_words import NoteWords
from agents.diarist.offline.rules.plan_words import PlanWords
from agents.diarist.offline.rules.task_words import TaskWords


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageRules:
    """Cue words and patterns of one language; an empty rule finds nothing."""

    language: str
    calendar: CalendarWords = field(default_factory=CalendarWords)
    stopwords: frozenset[str] = frozenset()
    abbreviations: frozenset[str] = frozenset()
    fillers: re.Pattern[str] = NEVER
    open_words: frozenset[str] = frozenset()
    """Words that no sentence ends with: what follows in the next segment belongs to it."""

    tasks: TaskWords = field(default_factory=TaskWords)
    clause_end: re.Pattern[str] = NEVER
    """Where a task or a headline stops within its sentence."""

    notes: NoteWords = field(default_factory=NoteWords)
    plans: PlanWords = field(default_factory=PlanWords)
    names: NameWords = field(default_factory=NameWords)

    headline_lead: re.Pattern[str] = NEVER
    headline_broken: re.Pattern[str] = NEVER
    """What no headline begins with: there the lead has to stay."""
    noun_before: re.Pattern[str] = NEVER
    """Before a noun: articles and possessives, for topics."""
    not_topics: frozenset[str] = frozenset()
    feeling_cue: re.Pattern[str] = NEVER
    feelings: Mapping[str, int] = field(default_factory=dict)
    """Word to valence, -2 to 2."""
