"""Schemas as OpenAI's strict mode, and servers that follow it, take them."""

from collections.abc import Mapping
from typing import Any

_IN_WORDS = ("minLength", "maxLength", "default")
"""Keywords that strict mode refuses: they are said in the description instead."""

_OF_NAMES = frozenset({"properties", "$defs"})
"""Keywords whose keys are names, not keywords."""


def strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return *schema* with every property required and no other allowed.

    What a schema calls optional has to be there: its type should allow null.
    https://developers.openai.com/api/docs/guides/structured-outputs
    """
    kept = {
        keyword: _named(value) if keyword in _OF_NAMES else _strict(value)
        for keyword, value in schema.items()
        if keyword not in _IN_WORDS
    }
    said = [f"{keyword}: {schema[keyword]}" for keyword in _IN_WORDS if keyword in schema]
    if said:
        kept["description"] = " ".join([*filter(None, [kept.get("description")]), *said])
    if isinstance(kept.get("properties"), dict):
        kept |= {"required": list(kept["properties"]), "additionalProperties": False}
    return kept


def _named(value: Any) -> Any:
    return {name: _strict(one) for name, one in value.items()} if isinstance(value, dict) else value


def _strict(value: Any) -> Any:
    if isinstance(value, dict):
        return strict(value)
    return [_strict(one) for one in value] if isinstance(value, list) else value
