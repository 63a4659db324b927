"""A draft as the reply in which a model would have given it."""

from dataclasses import fields
from datetime import date, time
from typing import Any

from agents.diarist.draft import Draft

_LISTS = (
    "timeline",
    "people",
    "places",
    "action_items",
    "events",
    "decisions",
    "questions",
    "quotes",
)


def reply_of(draft: Draft) -> dict[str, Any]:
    """Return what `read_reply` makes *draft* of, its own warnings left out."""
    return {
        "title": draft.title,
        "summary": draft.summary,
        "language": draft.language,
        "narrative": [
            {
                "text": passage.text,
                "cites": list(passage.cites),
                "new_paragraph": passage.opens_paragraph,
            }
            for passage in draft.narrative
        ],
        "topics": list(draft.topics),
        "mood": draft.mood and _item(draft.mood),
        **{name: [_item(item) for item in getattr(draft, name)] for name in _LISTS},
    }


def _item(item: Any) -> dict[str, Any]:
    return {field.name: _plain(getattr(item, field.name)) for field in fields(item)}


def _plain(value: Any) -> Any:
    match value:
        case time():
            return value.isoformat("minutes")
        case date():
            return value.isoformat()
        case tuple():
            return list(value)
        case _:
            return value
