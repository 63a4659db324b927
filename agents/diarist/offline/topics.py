"""Finds what a recording is about: nouns that come back, or that articles point out."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence

MOST_TOPICS = 5

_WORD = re.compile(r"[^\W\d_]{4,}")


def topics(
    sentences: Sequence[Sentence], rules: LanguageRules, *, names: Iterable[str] = ()
) -> tuple[str, ...]:
    """Return a few topics, the weightiest first; `names` are people and places, no topics."""
    named = {word.casefold() for name in names for word in name.split()} | _no_topics(rules)
    weights: Counter[str] = Counter()
    written: dict[str, str] = {}
    for sentence in sentences:
        for match in _WORD.finditer(sentence.text):
            word = match[0].casefold()
            if word in named:
                continue
            key = _singular(word)
            weights[key] += 1 + 2 * _is_noun(match, rules)
            written.setdefault(key, match[0] if rules.names.nouns_are_capitalised else word)
    # Counter keeps the order of the first mention, and sorting is stable.
    best = sorted((key for key in weights if weights[key] > 2), key=lambda key: -weights[key])  # noqa: PLR2004 - a noun, or a word said three times
    most = max(2, min(MOST_TOPICS, len(sentences) // 2))
    return tuple(written[key] for key in best[:most])


def _no_topics(rules: LanguageRules) -> frozenset[str]:
    times = rules.calendar
    said_of_time = {*times.weekdays, *times.months, *times.numbers}
    proper = {word.casefold() for word in rules.names.not_names}
    return rules.stopwords | rules.not_topics | said_of_time | proper


def _is_noun(match: re.Match[str], rules: LanguageRules) -> bool:
    before = match.string[max(0, match.start() - 12) : match.start()]
    if rules.names.nouns_are_capitalised:
        return match[0][0].isupper() and bool(before.strip())
    return any(found.end() == len(before) for found in rules.noun_before.finditer(before))


def _singular(word: str) -> str:
    return word.removesuffix("s")
