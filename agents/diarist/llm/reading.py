"""Makes a draft of a model's reply, item by item: a bad item is dropped and counted."""

import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time
from typing import Any, TypeVar

from pydantic import ValidationError

from agents.diarist.draft import (
    Draft,
    DraftAction,
    DraftEvent,
    DraftMoment,
    DraftMood,
    DraftName,
    DraftNote,
    DraftPassage,
    DraftQuote,
)
from agents.diarist.llm import form
from agents.diarist.llm.asking import Unusable
from schemas import Generator

T = TypeVar("T")
I = TypeVar("I", bound=form.Item)  # noqa: E741 - the item's type

_NUMBER = re.compile(r"-?\d{1,9}")
_TOPIC_CHARACTERS = 60
_MOST_STARTS = 200
"""Braces at which an object is looked for: what is nested deeply is read anew at each of them."""

_MOST_ITEMS = 60
"""Items of a list that are looked at: no entry has so many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadReply:
    """The draft in a reply, and how many items of each kind were malformed."""

    draft: Draft
    malformed: Counter[str]


def read_reply(text: str, *, restore: Callable[[str], str], generator: Generator) -> ReadReply:
    """Return the draft in a reply; *restore* puts private details back into each string.

    The draft's claims are still to be verified.

    Raises:
        Unusable: there is no JSON object, or no title or narrative in it.

    """
    reading = _Reading(_json_object(text), restore)
    narrative = reading.narrative()
    title = reading.string("title")
    if not title or not narrative:
        raise Unusable("a reply without title or narrative")
    draft = Draft(
        title=title,
        narrative=narrative,
        summary=reading.string("summary"),
        generator=generator,
        language=reading.string("language").casefold() or None,
        timeline=reading.items("timeline", form.Moment, _moment),
        people=reading.items("people", form.Name, _name),
        places=reading.items("places", form.Name, _name),
        topics=reading.topics(),
        mood=next(iter(reading.mood()), None),
        action_items=reading.items("action_items", form.Action, _action),
        events=reading.items("events", form.Event, _event),
        decisions=reading.items("decisions", form.Note, _note),
        questions=reading.items("questions", form.Note, _note),
        quotes=reading.items("quotes", form.Quote, _quote),
    )
    return ReadReply(draft=draft, malformed=reading.dropped)


def _json_object(text: str) -> Mapping[str, Any]:
    """Return the JSON object in *text* that an entry can be made of, be it in fences or words.

    A model that thinks aloud may write other objects before it. Without such a one it is the first.
    """
    objects = list(_json_objects(text))
    if not objects:
        raise Unusable("a reply without a JSON object")
    return next((one for one in objects if one.get("title") and one.get("narrative")), objects[0])


def _json_objects(text: str) -> Iterator[Mapping[str, Any]]:
    decoder, start = json.JSONDecoder(), text.find("{")
    for _ in range(_MOST_STARTS):
        if start < 0:
            return
        end = start + 1
        try:
            found, end = decoder.raw_decode(text, start)
        except (ValueError, RecursionError):
            found = None
        if isinstance(found, dict):
            yield found
        start = text.find("{", end)


class _Reading:
    """One reply, and a count of what was malformed in it."""

    def __init__(self, reply: Mapping[str, Any], restore: Callable[[str], str]) -> None:
        self.dropped: Counter[str] = Counter()
        self._reply = reply
        self._restore = restore

    def string(self, field: str) -> str:
        found = self._reply.get(field)
        return self._restore(found).strip() if isinstance(found, str) else ""

    def narrative(self) -> tuple[DraftPassage, ...]:
        told = self._reply.get("narrative")
        if isinstance(told, str):  # a model without a grammar
            paragraphs = [part.strip() for part in self._restore(told).split("\n\n")]
            return tuple(
                DraftPassage(text=part, cites=(), opens_paragraph=number > 0)
                for number, part in enumerate(filter(None, paragraphs))
            )
        passages = self.items("narrative", form.Passage, _passage)
        return tuple(passage for passage in passages if passage.text.strip())

    def topics(self) -> tuple[str, ...]:
        named = self._list("topics")
        strings = [self._restore(topic).strip() for topic in named if isinstance(topic, str)]
        kept = [topic for topic in strings if topic and len(topic) <= _TOPIC_CHARACTERS]
        self._drop("topics", len(named) - len(kept))
        return tuple(dict.fromkeys(kept))

    def mood(self) -> tuple[DraftMood, ...]:
        felt = self._reply.get("mood")
        return () if felt is None else self._made("mood", [felt], form.Mood, _mood)

    def items(self, field: str, item: type[I], make: Callable[[I], T]) -> tuple[T, ...]:
        return self._made(field, self._list(field), item, make)

    def _made(
        self, field: str, found: Iterable[Any], item: type[I], make: Callable[[I], T]
    ) -> tuple[T, ...]:
        made: list[T] = []
        for one in found:
            try:
                made.append(make(item.model_validate(self._tidy(one))))
            except (ValidationError, ValueError):
                self._drop(field, 1)
        return tuple(made)

    def _list(self, field: str) -> list[Any]:
        found = self._reply.get(field)
        if found is None:
            return []
        if not isinstance(found, list):
            self._drop(field, 1)
            return []
        self._drop(field, max(0, len(found) - _MOST_ITEMS))
        return found[:_MOST_ITEMS]

    def _drop(self, field: str, count: int) -> None:
        if count:
            self.dropped[field] += count

    def _tidy(self, item: Any) -> Any:
        """Put private details back, and read numbers as models write them: 3, "3", "[3]"."""
        if not isinstance(item, dict):
            return item
        tidy = {
            key: self._restore(value).strip() if isinstance(value, str) else value
            for key, value in item.items()
            if isinstance(key, str)
        }
        if "cites" in tidy:
            tidy["cites"] = _numbers(tidy["cites"])
        if "segment" in tidy:
            tidy["segment"] = next(iter(_numbers(tidy["segment"])), None)
        return {key: value for key, value in tidy.items() if value is not None}


def _numbers(found: Any) -> list[int]:
    listed = found if isinstance(found, list) else [found]
    numbers: list[int] = []
    for one in listed:
        if isinstance(one, int) and not isinstance(one, bool):
            numbers.append(one)
        elif isinstance(one, str):
            numbers.extend(map(int, _NUMBER.findall(one)))
    return numbers


def _passage(said: form.Passage) -> DraftPassage:
    return DraftPassage(text=said.text, cites=said.cites, opens_paragraph=said.new_paragraph)


def _moment(said: form.Moment) -> DraftMoment:
    return DraftMoment(headline=said.headline, detail=said.detail, cites=said.cites)


def _name(said: form.Name) -> DraftName:
    return DraftName(name=said.name, note=said.note, cites=said.cites)


def _mood(said: form.Mood) -> DraftMood:
    return DraftMood(label=said.label, valence=said.valence, cites=said.cites)


def _action(said: form.Action) -> DraftAction:
    return DraftAction(
        text=said.text,
        due=_due(said.due),
        owner=said.owner or None,
        cites=said.cites,
    )


def _due(text: str | None) -> date | None:
    """Return the day; a task whose day cannot be read is still a task."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _event(said: form.Event) -> DraftEvent:
    return DraftEvent(
        title=said.title,
        day=date.fromisoformat(said.day),
        at=_clock(said.at),
        until=_clock(said.until),
        place=said.place or None,
        cites=said.cites,
    )


def _note(said: form.Note) -> DraftNote:
    return DraftNote(text=said.text, cites=said.cites)


def _quote(said: form.Quote) -> DraftQuote:
    return DraftQuote(text=said.text, segment=said.segment)


def _clock(text: str | None) -> time | None:
    return time.fromisoformat(text).replace(tzinfo=None) if text else None
