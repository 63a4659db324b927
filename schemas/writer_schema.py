"""A writer's Avro schema, as far as bytes that claim to be of it can be read safely."""

from dataclasses import dataclass, field
from typing import Any

_LOGICAL_TYPES = frozenset({"timestamp-millis", "date"})


@dataclass(frozen=True, slots=True)
class _NamesState:
    open: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=lambda: {"null"})


def plain_schema(schema: Any) -> Any:
    """Return a schema without logical types, so that numbers are read as numbers.

    A number out of range can then be refused by its field's name.
    Raises ValueError for what no reader of ours could use: other logical types (they would be
    misread), items of no size (two bytes could hold up a reader for ever) and records within
    themselves (fastavro 1.13 dies of a deep nesting).
    """
    return _plain(schema, _NamesState())


def _plain(schema: Any, names: _NamesState) -> Any:
    if isinstance(schema, list):
        return [_plain(branch, names) for branch in schema]
    if isinstance(schema, str):
        if _simple(schema) in names.open:
            raise ValueError(f"record {schema!r} is within itself")
        return schema
    if schema.get("logicalType", "date") not in _LOGICAL_TYPES:
        raise ValueError(f"logical type {schema['logicalType']!r} is not one of ours")
    return _plain_mapping({k: v for k, v in schema.items() if k != "logicalType"}, names)


def _plain_mapping(schema: dict[str, Any], names: _NamesState) -> dict[str, Any]:
    match schema["type"]:
        case "record":
            return _plain_record(schema, names)
        case "array":
            items = _plain(schema["items"], names)
            if _is_empty(items, names):
                raise ValueError("an array has items of no size")
            return schema | {"items": items}
        case "map":
            return schema | {"values": _plain(schema["values"], names)}
        case str():
            return schema
        case inner:
            return schema | {"type": _plain(inner, names)}


def _plain_record(schema: dict[str, Any], names: _NamesState) -> dict[str, Any]:
    name = _simple(schema["name"])
    names.open.add(name)
    fields = [part | {"type": _plain(part["type"], names)} for part in schema["fields"]]
    names.open.remove(name)
    if all(_is_empty(part["type"], names) for part in fields):
        names.empty.add(name)
    return schema | {"fields": fields}


def _is_empty(schema: Any, names: _NamesState) -> bool:
    if isinstance(schema, list):
        return False
    if isinstance(schema, str):
        return _simple(schema) in names.empty
    if schema["type"] == "fixed":
        return int(schema["size"]) == 0
    return _is_empty(schema["name"] if schema["type"] == "record" else schema["type"], names)


def _simple(name: str) -> str:
    return name.rpartition(".")[2]
