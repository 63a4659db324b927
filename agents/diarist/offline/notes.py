"""Finds what the speaker decided and what the speaker left open."""

import re
from collections.abc import Iterable

from agents.diarist.draft import DraftNote
from agents.diarist.offline.clauses import capitalised
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence

MOST_NOTES = 5
"""Decisions or questions kept per recording: a list that is longer is not read."""

_JOINED = re.compile(r"(?:,\s*(?:\w{1,5}\s+)?|\b(?:and|so|und|y)\s+)$", re.IGNORECASE)
_MARKED = re.compile(r"[.!?…。！？]\W*$")  # noqa: RUF001 - the marks of Chinese and Japanese
_SHORTEST_QUESTION_WORDS = 3


def decisions(sentences: Iterable[Sentence], rules: LanguageRules) -> tuple[DraftNote, ...]:
    """Return what the speaker, alone or with others, decided."""
    decided = (s for s in sentences if _is_decision(s.text, rules))
    return _notes((_decided(s.tidy(rules), rules), s) for s in decided)


def questions(sentences: Iterable[Sentence], rules: LanguageRules) -> tuple[DraftNote, ...]:
    """Return open questions of the speaker's own, without tags like "right?"."""
    return _notes((s.tidy(rules), s) for s in sentences if _is_question(s.text, rules))


def _notes(found: Iterable[tuple[str, Sentence]]) -> tuple[DraftNote, ...]:
    notes: dict[str, DraftNote] = {}
    for text, sentence in found:
        notes.setdefault(text.casefold(), DraftNote(text=text, cites=sentence.cites))
    return tuple(notes.values())[:MOST_NOTES]


def _decided(text: str, rules: LanguageRules) -> str:
    """Leave out the clause before a decision: "My knee is fine, so I decided to run"."""
    match = rules.notes.decisions.search(text)
    own_clause = match and _JOINED.search(text[: match.start()])
    return capitalised(text[match.start() :]) if match and own_clause else text


def _is_decision(text: str, rules: LanguageRules) -> bool:
    if text.endswith("?") or rules.notes.undecided.search(text):
        return False
    return rules.notes.decisions.search(text) is not None


def _is_question(text: str, rules: LanguageRules) -> bool:
    if rules.notes.asked_by_others.search(text) or rules.notes.rhetorical.search(text):
        return False
    if rules.notes.wonders.search(text):
        return True
    if not _MARKED.search(text) and rules.notes.asks.search(text):
        return True
    return text.endswith(("?", "？")) and len(text.split()) >= _SHORTEST_QUESTION_WORDS  # noqa: RUF001 - the Chinese mark
