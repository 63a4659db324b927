"""The form that a model's reply has: small, flat, cites as numbers, days and hours as text."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel, ConfigDict

from schemas.user_settings import Section

SCHEMA_VERSION = "reply-1"
"""Part of every cache key: goes up when the form changes."""


class Item(BaseModel):
    """One item of a list; what a model adds to it is ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)


class Passage(Item):
    """A part of the narrative."""

    text: str
    cites: tuple[int, ...]
    new_paragraph: bool = False


class Moment(Item):
    """Something that happened."""

    headline: str
    detail: str = ""
    cites: tuple[int, ...]


class Name(Item):
    """A person or a place."""

    name: str
    note: str = ""
    cites: tuple[int, ...]


class Mood(Item):
    """How the speaker felt."""

    label: str
    valence: int | None = None
    cites: tuple[int, ...]


class Action(Item):
    """Something to do."""

    text: str
    due: str | None = None
    owner: str | None = None
    cites: tuple[int, ...]


class Event(Item):
    """Something that lies ahead."""

    title: str
    day: str
    at: str | None = None
    until: str | None = None
    place: str | None = None
    cites: tuple[int, ...]


class Note(Item):
    """A decision or a question."""

    text: str
    cites: tuple[int, ...]


class Quote(Item):
    """Words of one segment."""

    text: str
    segment: int


LISTS: Mapping[Section, tuple[str, type[Item]]] = {
    Section.TIMELINE: ("timeline", Moment),
    Section.PEOPLE: ("people", Name),
    Section.PLACES: ("places", Name),
    Section.ACTION_ITEMS: ("action_items", Action),
    Section.EVENTS: ("events", Event),
    Section.DECISIONS: ("decisions", Note),
    Section.QUESTIONS: ("questions", Note),
    Section.QUOTES: ("quotes", Quote),
}
"""The lists of a reply: their field, and what they are lists of."""


def reply_schema(sections: frozenset[Section]) -> dict[str, Any]:
    """Return the JSON schema of a reply with these sections; every field is required."""
    properties: dict[str, Any] = {
        "title": {"type": "string"},
        "summary": {"type": "string"},
        "language": {"type": "string", "description": "ISO 639-1 code of the entry's language"},
        "narrative": {"type": "array", "items": _schema_of(Passage)},
    }
    for section in Section:
        if section not in sections:
            continue
        if section is Section.TOPICS:
            properties["topics"] = {"type": "array", "items": {"type": "string"}}
        elif section is Section.MOOD:
            properties["mood"] = {"anyOf": [_schema_of(Mood), {"type": "null"}]}
        else:
            field, item = LISTS[section]
            properties[field] = {"type": "array", "items": _schema_of(item)}
    return _object(properties)


@cache
def _schema_of(item: type[Item]) -> dict[str, Any]:
    fields = item.model_json_schema()["properties"]
    return _object({name: _plain(field) for name, field in fields.items()})


def _plain(field: Mapping[str, Any]) -> dict[str, Any]:
    """Leave out what not every provider's grammar knows; what it would enforce, we judge."""
    return {key: value for key, value in field.items() if key in {"type", "items", "anyOf"}}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }
