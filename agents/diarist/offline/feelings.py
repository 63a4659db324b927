"""Finds the speaker's mood where the speaker names it; silence about it is no mood."""

from collections.abc import Iterable

from agents.diarist.draft import DraftMood
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence


def mood(sentences: Iterable[Sentence], rules: LanguageRules) -> DraftMood | None:
    """Return the strongest feeling named in the first person, the latest among equals."""
    strongest: DraftMood | None = None
    for sentence in sentences:
        for match in rules.feeling_cue.finditer(sentence.text):
            word = _next_word(sentence.text[match.end() :])
            valence = rules.feelings.get(word)
            if valence is None:
                continue
            if strongest is None or abs(valence) >= abs(strongest.valence or 0):
                strongest = DraftMood(label=word, valence=valence, cites=sentence.cites)
    return strongest


def _next_word(text: str) -> str:
    words = text.split(maxsplit=1)
    return words[0].strip(".,;:!?…").casefold() if words else ""
