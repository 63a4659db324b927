"""The seam behind which a model of names stands, and how its finds join those of the rules."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

from agents.diarist.draft import DraftName
from agents.diarist.offline.names import gathered
from agents.diarist.offline.sentences import Sentence

NameKind = Literal["person", "place"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundName:
    """A name as it stands in the text."""

    name: str
    kind: NameKind


class NameModel(Protocol):
    """Finds people and places in text; asked on a worker thread, from several at once."""

    model: str
    """What the generator of an entry says: another model makes another entry."""

    def names(self, texts: Sequence[str]) -> Sequence[Sequence[FoundName]]:
        """Return the names in each of `texts`, every one of them a part of it."""
        ...


def with_model(
    people: Sequence[DraftName],
    places: Sequence[DraftName],
    sentences: Sequence[Sentence],
    model: NameModel,
) -> tuple[tuple[DraftName, ...], tuple[DraftName, ...]]:
    """Return the rules' people and places with the model's beside them.

    Where both know a name, the model says what it is: it has read the sentence.
    """
    found = list(zip(model.names([s.text for s in sentences]), sentences, strict=True))
    persons = gathered(_of_kind("person", found))
    sites = gathered(_of_kind("place", found))
    return (
        (*_unless(people, known=(*persons, *sites)), *persons),
        (*_unless(places, known=(*persons, *sites)), *sites),
    )


def _of_kind(
    kind: NameKind, found: Iterable[tuple[Sequence[FoundName], Sentence]]
) -> Iterator[tuple[str, Sentence]]:
    for names, sentence in found:
        yield from ((one.name, sentence) for one in names if one.kind == kind)


def _unless(names: Iterable[DraftName], *, known: Iterable[DraftName]) -> Iterator[DraftName]:
    """Leave out what a known name is or holds as a word: "Anna" beside "Anna Smith"."""
    words = {word for name in known for word in (name.name, *name.name.split())}
    return (name for name in names if name.name not in words)
