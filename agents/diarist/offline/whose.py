"""Tells the speaker's own words from those of others that the speaker repeats."""

from collections.abc import Sequence

from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence


def own_words(sentences: Sequence[Sentence], rules: LanguageRules) -> tuple[Sentence, ...]:
    """Leave out what follows on "and he was like": what it tells is not the speaker's to do."""
    opens = [bool(rules.notes.opens_quote.search(sentence.text)) for sentence in sentences]
    return tuple(s for s, quoted in zip(sentences, (False, *opens), strict=False) if not quoted)
