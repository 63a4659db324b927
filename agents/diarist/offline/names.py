"""Finds people and places by the words around them and by capitals; never invents one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from agents.diarist.draft import DraftName
from agents.diarist.offline.rules.known_names import GIVEN_NAMES, PLACES
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence

_CAPITALISED = re.compile(r"(?<!\w)[^\W\d_a-z][^\W\d_]*[a-zà-ÿ][\w-]*")
_POSSESSIVE = re.compile(r"['’]s$")  # noqa: RUF001 - the apostrophe of typeset text
_NOUN_ENDING = re.compile(r"(?:ung|heit|keit|schaft|tion|nis|ling|ment|tät|en|e|er)$")


def people(sentences: Sequence[Sentence], rules: LanguageRules) -> tuple[DraftName, ...]:
    """Return the people named, in the order they come up."""
    found = ((name, s) for s in sentences for name in _people_of(s.text, rules))
    return _without_short_forms(_gathered(found))


def places(
    sentences: Sequence[Sentence], rules: LanguageRules, *, people: Iterable[DraftName] = ()
) -> tuple[DraftName, ...]:
    """Return the places named, in the order they come up, people left out."""
    persons = {word for person in people for word in person.name.split()}
    found = (
        (name, s) for s in sentences for name in _places_of(s.text, rules) if name not in persons
    )
    return _gathered(found)


def _gathered(found: Iterable[tuple[str, Sentence]]) -> tuple[DraftName, ...]:
    names: dict[str, tuple[str, list[int]]] = {}
    for name, sentence in found:
        _, cites = names.setdefault(name.casefold(), (name, []))
        cites.extend(cite for cite in sentence.cites if cite not in cites)
    return tuple(DraftName(name=name, cites=tuple(cites)) for name, cites in names.values())


def _without_short_forms(names: Sequence[DraftName]) -> tuple[DraftName, ...]:
    """Let "Anna" be the "Anna Smith" who is named elsewhere."""
    full = [name for name in names if " " in name.name]
    kept: dict[str, DraftName] = {}
    for name in names:
        longer = [other for other in full if other.name.startswith(name.name + " ")]
        whole = longer[0] if len(longer) == 1 else name
        cites = dict.fromkeys((*kept.get(whole.name, whole).cites, *name.cites))
        kept[whole.name] = DraftName(name=whole.name, cites=tuple(cites))
    return tuple(kept.values())


def _people_of(text: str, rules: LanguageRules) -> Iterator[str]:
    end = -1
    for match in _CAPITALISED.finditer(text):
        name = _POSSESSIVE.sub("", match[0])
        if match.start() < end or name in rules.not_names:
            continue
        end = match.end()
        if _is_person(name, text[: match.start()], text[match.end() :], rules):
            surname = _surname(text[match.end() :], rules)
            end += len(surname)
            yield _given_name(name) + surname


def _is_person(name: str, before: str, after: str, rules: LanguageRules) -> bool:
    if name.casefold() in rules.stopwords or _determined(before, rules):
        return False
    if _given_name(name) in GIVEN_NAMES or name in rules.kin:
        return True
    if name in PLACES:
        return False
    if _ends_with(rules.person_strong, before) or rules.person_after.search(after):
        return True
    return bool(before.strip()) and _ends_with(rules.person_weak, before)


def _given_name(name: str) -> str:
    """Take the German genitive's s off a name: Annas."""
    return name[:-1] if name.endswith("s") and name[:-1] in GIVEN_NAMES else name


def _surname(after: str, rules: LanguageRules) -> str:
    match = re.match(r" [^\W\d_a-z][^\W\d_]*[a-zà-ÿ]\w*", after)
    if not match or not rules.joins_surname or match[0].strip() in rules.not_names:
        return ""
    return match[0]


def _determined(before: str, rules: LanguageRules) -> bool:
    return _ends_with(rules.noun_before, before) and not _ends_with(rules.person_strong, before)


def _places_of(text: str, rules: LanguageRules) -> Iterator[str]:
    for match in rules.place_nouns.finditer(text):
        yield match["place"]
    for match in _CAPITALISED.finditer(text):
        name = match[0]
        if name in rules.not_names or name.casefold() in rules.stopwords:
            continue
        if name in PLACES or _is_place(name, text[: match.start()], rules):
            yield name


def _is_place(name: str, before: str, rules: LanguageRules) -> bool:
    if not _ends_with(rules.place_before, before) or name in GIVEN_NAMES or name in rules.kin:
        return False
    return not (rules.nouns_are_capitalised and _NOUN_ENDING.search(name))


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether `text` ends with a match, looking at its last few words only."""
    tail = text[-40:]
    return any(match.end() == len(tail) for match in pattern.finditer(tail))
