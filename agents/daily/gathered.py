"""Gathers the lists of a day's entries: each thing once, with all that it rests on."""

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from schemas import (
    ActionItem,
    CalendarEvent,
    Cite,
    DailyEntry,
    Decision,
    Mood,
    Person,
    Place,
    Question,
    Quote,
    TimelineItem,
)

MOST_TOPICS = 6
MOST_QUOTES = 3

_Item = TypeVar("_Item", ActionItem, CalendarEvent, Decision, Person, Place, Question)
_Entries = Sequence[DailyEntry]


def timeline(entries: _Entries) -> tuple[TimelineItem, ...]:
    """Return all items in the order of time."""
    return tuple(sorted(_each(e.timeline for e in entries), key=lambda item: item.at))


def people(entries: _Entries) -> tuple[Person, ...]:
    """Return each person once, by name."""
    return _once((p.name.casefold(), p) for p in _each(e.people for e in entries))


def places(entries: _Entries) -> tuple[Place, ...]:
    """Return each place once, by name."""
    return _once((p.name.casefold(), p) for p in _each(e.places for e in entries))


def topics(entries: _Entries) -> tuple[str, ...]:
    """Return the topics of most recordings; among equals those that come up first."""
    named = {topic.casefold(): topic for topic in reversed(list(_each(e.topics for e in entries)))}
    counts = Counter(topic.casefold() for topic in _each(e.topics for e in entries))
    return tuple(named[topic] for topic, _ in counts.most_common(MOST_TOPICS))


def mood(entries: _Entries) -> Mood | None:
    """Return the day's strongest mood, the latest among equals; none is not neutral."""
    moods = [entry.mood for entry in entries if entry.mood]
    return max(reversed(moods), key=lambda found: abs(found.valence or 0), default=None)


def action_items(entries: _Entries) -> tuple[ActionItem, ...]:
    """Return each task once, by its words: the first to name it, with the earliest due day."""
    found = list(_each(e.action_items for e in entries))
    dues: dict[str, list[ActionItem]] = {}
    for item in found:
        dues.setdefault(_key(item.text), []).append(item)
    return tuple(
        replace(item, due=min((i.due for i in dues[_key(item.text)] if i.due), default=None))
        for item in _once((_key(item.text), item) for item in found)
    )


def events(entries: _Entries) -> tuple[CalendarEvent, ...]:
    """Return each event once, by title and start, in the order of time."""
    found = _once(((_key(e.title), e.start), e) for e in _each(e.events for e in entries))
    return tuple(sorted(found, key=lambda event: event.start))


def decisions(entries: _Entries) -> tuple[Decision, ...]:
    """Return each decision once."""
    return _once((_key(d.text), d) for d in _each(e.decisions for e in entries))


def questions(entries: _Entries) -> tuple[Question, ...]:
    """Return each question once."""
    return _once((_key(q.text), q) for q in _each(e.questions for e in entries))


def quotes(entries: _Entries) -> tuple[Quote, ...]:
    """Return the first quote of those recordings in which most was said, in the order of time."""
    quotable = [entry for entry in entries if entry.quotes]
    best = sorted(quotable, key=lambda entry: -entry.words)[:MOST_QUOTES]
    return tuple(entry.quotes[0] for entry in quotable if entry in best)


_Any = TypeVar("_Any")


def _each(lists: Iterable[Iterable[_Any]]) -> Iterable[_Any]:
    return (item for items in lists for item in items)


def _once(items: Iterable[tuple[Hashable, _Item]]) -> tuple[_Item, ...]:
    firsts: dict[Hashable, _Item] = {}
    cites: dict[Hashable, dict[Cite, None]] = {}
    for key, item in items:
        firsts.setdefault(key, item)
        cites.setdefault(key, {}).update(dict.fromkeys(item.cites))
    return tuple(replace(item, cites=tuple(cites[key])) for key, item in firsts.items())


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")
