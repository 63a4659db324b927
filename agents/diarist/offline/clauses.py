"""Works on parts of sentences: where a clause ends, and what its headline is."""

import re
from itertools import pairwise

from agents.diarist.offline.rules.language_rules import LanguageRules

HEADLINE_CHARACTERS = 64
"""Longest headline, in characters: a line of a terminal with room for the time before it."""


def first_clause(text: str, rules: LanguageRules) -> str:
    """Return `text` up to where its first clause ends."""
    end = next((m.start() for m in rules.clause_end.finditer(text) if m.start() > 0), len(text))
    return text[:end].strip(" ,.;:!")


def clauses(text: str, rules: LanguageRules) -> list[str]:
    """Cut a sentence into its clauses."""
    cuts = [0, *(m.start() for m in rules.clause_end.finditer(text) if m.start() > 0), len(text)]
    pieces = (text[start:end] for start, end in pairwise(cuts))
    return [piece for piece in pieces if re.search(r"\w", piece)]


def headline(text: str, rules: LanguageRules) -> str:
    """Shorten a sentence to a headline in its own words: "Met Anna for coffee"."""
    short = first_clause(text, rules) or text
    bare = _without_lead(short, rules.headline_lead)
    short = short if not bare or rules.headline_broken.match(bare) else bare
    return capitalised(capped(short.strip(" ,.;:!"), HEADLINE_CHARACTERS))


def capped(text: str, characters: int) -> str:
    """Cut `text` at a word's end so that it has at most so many characters."""
    if len(text) <= characters:
        return text
    head, _, _ = text[: characters - 1].rpartition(" ")
    return (head or text[: characters - 1]).rstrip(" ,;:") + "…"


def capitalised(text: str) -> str:
    """Return `text` with a capital at its front and the rest as it is."""
    return text[:1].upper() + text[1:]


def _without_lead(text: str, lead: re.Pattern[str]) -> str:
    while (match := lead.match(text)) and match.end() > 0:
        text = text[match.end() :]
    return text
