"""How a language shows who and where: patterns, which `offline.names` reads."""

import re
from dataclasses import dataclass

from agents.diarist.offline.rules.calendar_words import NEVER


@dataclass(frozen=True, slots=True, kw_only=True)
class NameWords:
    """Cues of people and places."""

    person_strong: re.Pattern[str] = NEVER
    """Before a name; whatever capitalised word follows is a person."""
    person_weak: re.Pattern[str] = NEVER
    """Before a name; the word that follows may be a thing as well."""
    person_after: re.Pattern[str] = NEVER
    """After a name: "said", "told"."""
    joined: re.Pattern[str] = NEVER
    """Between two names: "and"."""
    joins_surname: bool = True
    nouns_are_capitalised: bool = False
    kin: frozenset[str] = frozenset()
    """Words that stand for a name: "Mum"."""
    place_before: re.Pattern[str] = NEVER
    place_nouns: re.Pattern[str] = NEVER
    """Group `place`: a common place with its preposition before it."""
    place_proper: re.Pattern[str] = NEVER
    """A name that says what kind of place it is: "Prospect Park"."""
    not_names: frozenset[str] = frozenset()
