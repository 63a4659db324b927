"""How a language tells decisions and questions, and whose words are whose."""

import re
from dataclasses import dataclass

from agents.diarist.offline.rules.calendar_words import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteWords:
    """Cues of decisions and questions."""

    decisions: re.Pattern[str] = NEVER
    undecided: re.Pattern[str] = NEVER
    wonders: re.Pattern[str] = NEVER
    """An open question that does not end with a question mark."""
    asks: re.Pattern[str] = NEVER
    """How a question begins where the recogniser writes no marks."""
    asked_by_others: re.Pattern[str] = NEVER
    rhetorical: re.Pattern[str] = NEVER
    """A question that wants no answer: "right?", "who knows?"."""
    opens_quote: re.Pattern[str] = NEVER
    """How a sentence ends after which someone else's words stand: "and he was like"."""
