"""Finds the rules for a language, and guesses the language where nobody named one."""

from collections.abc import Iterable

from agents.diarist.offline.rules import de, en, es
from agents.diarist.offline.rules.language_rules import LanguageRules

RULES_VERSION = "rules-3"
"""The `prompt_version` of offline entries: goes up whenever a rule or the ranking changes."""

ANY_LANGUAGE = LanguageRules(language="")
"""Ranking and layout only: no cue of a language that nobody wrote rules for is guessed."""

_RULES = {rules.language: rules for rules in (en.RULES, de.RULES, es.RULES)}
_ENOUGH_STOPWORDS = 0.2
"""Share of stopwords that tells a known language from an unknown one (own samples: 0.45-0.6)."""


def rules_for(language: str | None, words: Iterable[str] = ()) -> LanguageRules:
    """Return the rules for a language code such as "en" or "de-AT".

    Without a code the language is guessed from `words`, lower-cased ones of the transcript.
    """
    if language:
        return _RULES.get(language.lower().split("-")[0].split("_")[0], ANY_LANGUAGE)
    spoken = tuple(words)
    best = max(_RULES.values(), key=lambda rules: sum(word in rules.stopwords for word in spoken))
    share = sum(word in best.stopwords for word in spoken) / max(1, len(spoken))
    return best if share >= _ENOUGH_STOPWORDS else ANY_LANGUAGE
