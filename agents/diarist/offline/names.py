"""Finds people and places by the words around them and by capitals; never invents one."""

import re
from collections.abc import Iterable, Iterator, Sequence

from agents.diarist.draft import DraftName
from agents.diarist.offline.rules.known_names import (
    GIVEN_NAMES,
    PLACES,
    PLACES_AS_WELL,
    WORDS_AS_WELL,
)
from agents.diarist.offline.rules.language_rules import LanguageRules
from agents.diarist.offline.sentences import Sentence

_CAPITALISED = re.compile(r"(?<![\w'’])[^\W\d_a-z][^\W\d_]*[a-zà-ÿ][\w-]*")  # noqa: RUF001 - the apostrophe of typeset text
_POSSESSIVE = re.compile(r"['’]s$")  # noqa: RUF001 - as above
_NOUN_ENDING = re.compile(r"(?:ung|heit|keit|schaft|tion|nis|ling|ment|tät|en|e|er)$")
_LOWER = re.compile(r"(?<![\w'’])[^\W\d_]{3,}")  # noqa: RUF001 - as above

_LOWER_GIVEN = {name.lower(): name for name in GIVEN_NAMES}
_LOWER_PLACES = {name.lower(): name for name in PLACES}
_WORDS_AS_WELL = {name.lower() for name in WORDS_AS_WELL}


def people(sentences: Sequence[Sentence], rules: LanguageRules) -> tuple[DraftName, ...]:
    """Return the people named, in the order they come up."""
    found = ((name, s) for s in sentences for name in _people_of(s.text, rules))
    return _without_short_forms(gathered(found))


def places(
    sentences: Sequence[Sentence], rules: LanguageRules, *, people: Iterable[DraftName] = ()
) -> tuple[DraftName, ...]:
    """Return the places named, in the order they come up, people left out."""
    persons = {word for person in people for word in person.name.split()}
    found = (
        (name, s)
        for s in sentences
        for name in _places_of(s.text, rules)
        if name not in persons or " " in name
    )
    return gathered(found)


def gathered(found: Iterable[tuple[str, Sentence]]) -> tuple[DraftName, ...]:
    """Return each name once, with every segment that it was said in."""
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
    if _is_lower(text):
        yield from _people_of_lower(text, rules)
    end, after_person = -1, False
    proper = [match.span() for match in rules.names.place_proper.finditer(text)]
    for match in _CAPITALISED.finditer(text):
        name = _POSSESSIVE.sub("", match[0])
        between = text[end : match.start()] if end >= 0 else ""
        if match.start() < end or name in rules.names.not_names or _within(match, proper):
            continue
        joined = after_person and rules.names.joined.search(between) is not None
        after_person = _is_person(name, text[: match.start()], text[match.end() :], rules) or (
            joined and _may_be_person(name, rules)
        )
        end = match.end()
        if after_person:
            surname = _surname(text[match.end() :], rules)
            end += len(surname)
            yield _given_name(name, rules) + surname


def _people_of_lower(text: str, rules: LanguageRules) -> Iterator[str]:
    """Find known given names where the recogniser writes no capitals."""
    for match in _LOWER.finditer(text):
        name = match[0] if match[0] in rules.names.kin else _LOWER_GIVEN.get(match[0].lower())
        before = text[: match.start()]
        if name is None or match[0].lower() in rules.stopwords or _determined(before, rules):
            continue
        is_cued = _ends_with(rules.names.person_strong, before)
        if match[0].lower() not in _WORDS_AS_WELL or is_cued:
            yield name


def _is_lower(text: str) -> bool:
    return not any(letter.isupper() for letter in text[1:].replace(" I ", " ").replace(" I'", " "))


def _within(match: re.Match[str], spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= match.start() < end for start, end in spans)


def _is_person(name: str, before: str, after: str, rules: LanguageRules) -> bool:
    if name.lower() in rules.stopwords or _determined(before, rules):
        return False
    if name in rules.names.kin or name.removesuffix("s") in rules.names.kin:
        return True
    cued = _ends_with(rules.names.person_strong, before) or bool(
        rules.names.person_after.search(after)
    )
    in_place = _ends_with(rules.names.place_before, before)
    if _given_name(name, rules) in GIVEN_NAMES:
        return cued or not (in_place and (name in PLACES_AS_WELL or name in PLACES))
    if name in PLACES or (name in PLACES_AS_WELL and in_place):
        return False
    if cued:
        return True
    return bool(before.strip()) and not in_place and _ends_with(rules.names.person_weak, before)


def _may_be_person(name: str, rules: LanguageRules) -> bool:
    return name not in PLACES and not rules.names.nouns_are_capitalised


def _given_name(name: str, rules: LanguageRules) -> str:
    """Take the German genitive's s off a name: Annas."""
    bare = name.removesuffix("s")
    is_genitive = name not in GIVEN_NAMES and (bare in GIVEN_NAMES or bare in rules.names.kin)
    return bare if is_genitive else name


def _surname(after: str, rules: LanguageRules) -> str:
    match = re.match(r" [^\W\d_a-z][^\W\d_]*[a-zà-ÿ]\w*", after)
    if not match or not rules.names.joins_surname or match[0].strip() in rules.names.not_names:
        return ""
    return match[0]


def _determined(before: str, rules: LanguageRules) -> bool:
    strong = rules.names.person_strong
    return _ends_with(rules.noun_before, before) and not _ends_with(strong, before)


def _places_of(text: str, rules: LanguageRules) -> Iterator[str]:
    if _is_lower(text):
        yield from _places_of_lower(text, rules)
    proper = [
        match
        for match in rules.names.place_proper.finditer(text)
        if match[0].split()[0] not in rules.names.not_names
        and (match[0][0].isupper() or match[0].split()[-1] not in PLACES)
    ]
    spans = [match.span() for match in proper]
    for match in rules.names.place_nouns.finditer(text):
        if not any(start <= match.start("place") < end for start, end in spans):
            yield match["place"]
    for match in proper:
        yield _POSSESSIVE.sub("", match[0])
    for match in _CAPITALISED.finditer(text):
        name = match[0]
        if name in rules.names.not_names or name.lower() in rules.stopwords:
            continue
        if not _within(match, spans) and (
            name in PLACES or _is_place(name, text[: match.start()], rules)
        ):
            yield name


def _places_of_lower(text: str, rules: LanguageRules) -> Iterator[str]:
    for match in _LOWER.finditer(text):
        name = _LOWER_PLACES.get(match[0].lower())
        if name and _ends_with(rules.names.place_before, text[: match.start()]):
            yield name


def _is_place(name: str, before: str, rules: LanguageRules) -> bool:
    if not _ends_with(rules.names.place_before, before) or name in rules.names.kin:
        return False
    if name in GIVEN_NAMES and name not in PLACES_AS_WELL:
        return False
    return not (rules.names.nouns_are_capitalised and _NOUN_ENDING.search(name))


def _ends_with(pattern: re.Pattern[str], text: str) -> bool:
    """Tell whether `text` ends with a match, looking at its last few words only."""
    tail = text[-40:]
    return any(match.end() == len(tail) for match in pattern.finditer(tail))
