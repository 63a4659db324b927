"""Finds what the speaker decided and what the speaker left open."""

from collections.abc import Iterable

from agents.diarist.draft import DraftNote
from agents.diarist.rules.language_rules import LanguageRules
from agents.diarist.sentences import Sentence

MOST_NOTES = 5
"""Decisions or questions kept per recording: a list that is longer is not read."""

_SHORTEST_QUESTION_WORDS = 3


def decisions(sentences: Iterable[Sentence], rules: LanguageRules) -> tuple[DraftNote, ...]:
    """Return what the speaker, alone or with others, decided."""
    return _notes((s for s in sentences if _is_decision(s.text, rules)), rules)


def questions(sentences: Iterable[Sentence], rules: LanguageRules) -> tuple[DraftNote, ...]:
    """Return open questions of the speaker's own, without tags like "right?"."""
    return _notes((s for s in sentences if _is_question(s.text, rules)), rules)


def _notes(sentences: Iterable[Sentence], rules: LanguageRules) -> tuple[DraftNote, ...]:
    found: dict[str, DraftNote] = {}
    for sentence in sentences:
        text = sentence.tidy(rules)
        found.setdefault(text.casefold(), DraftNote(text=text, cites=sentence.cites))
    return tuple(found.values())[:MOST_NOTES]


def _is_decision(text: str, rules: LanguageRules) -> bool:
    if text.endswith("?") or rules.undecided.search(text):
        return False
    return rules.decisions.search(text) is not None


def _is_question(text: str, rules: LanguageRules) -> bool:
    if rules.asked_by_others.search(text) or rules.tag_question.search(text):
        return False
    if rules.wonders.search(text):
        return True
    return text.endswith(("?", "？")) and len(text.split()) >= _SHORTEST_QUESTION_WORDS  # noqa: RUF001 - the Chinese mark
