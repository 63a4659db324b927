"""Events as JSON text, for producers and people without Avro."""

import json
from typing import Any, NoReturn, TypeVar

from schemas import Event
from schemas.conversion import read, write
from schemas.errors import InvalidEvent
from schemas.forms import JSON

Record = TypeVar("Record")


def from_json(record_type: type[Record], value: bytes) -> Record:
    """Read an event from a JSON object.

    Raises InvalidEvent (`invalid-json`, `unknown-field`, `invalid-field`).
    """
    try:
        plain = json.loads(
            value.decode("utf-8-sig"),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse_constant,
        )
    except RecursionError as error:
        raise InvalidEvent("invalid-json", "the JSON is nested too deeply") from error
    except ValueError as error:
        raise InvalidEvent("invalid-json", f"the value is not JSON: {error}") from error
    if not isinstance(plain, dict):
        raise InvalidEvent("invalid-json", "the value is JSON, but not an object")
    return read(record_type, plain, JSON)


def to_json(event: Event) -> dict[str, Any]:
    """Return an event as values that `json.dumps` takes; raises InvalidEvent as `wire.encode`."""
    return write(event, JSON)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) < len(pairs):
        # JSON leaves open which one counts: two readers could see two different events.
        raise ValueError("a field is there twice")
    return plain


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a number in JSON")
