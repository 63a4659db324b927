"""A schema of somebody else's is used only where its records can be read safely."""

import json
from typing import Any

import pytest

from schemas.avro import parse
from schemas.errors import InvalidEvent


def refusal(**field: Any) -> str:
    """Return why a schema with this one field is refused, or "" where it is not."""
    record = {"type": "record", "name": "daybook.R", "fields": [{"name": "f"} | field]}
    try:
        parse(json.dumps(record))
    except InvalidEvent as error:
        return f"{error.reason}: {error}"
    return ""


EMPTY = {"type": "record", "name": "Empty", "fields": [{"name": "n", "type": "null"}]}


@pytest.mark.parametrize(
    "kind",
    [
        "string",
        ["null", {"type": "long", "logicalType": "timestamp-millis"}],
        {"type": "array", "items": {"type": "fixed", "name": "F", "size": 1}},
        {"type": "array", "items": ["null", "string"]},
        {"type": "map", "values": "null"},
        EMPTY,
    ],
)
def test_an_ordinary_schema_is_used(kind: object) -> None:
    assert refusal(type=kind) == ""


@pytest.mark.parametrize(
    "items",
    [
        "null",
        {"type": "null"},
        {"type": {"type": "null"}},
        {"type": "fixed", "name": "F", "size": 0},
        EMPTY,
        {"type": "record", "name": "Outer", "fields": [{"name": "inner", "type": EMPTY}]},
    ],
)
def test_items_of_no_size_are_refused(items: object) -> None:
    assert "items of no size" in refusal(type={"type": "array", "items": items})


@pytest.mark.parametrize("name", ["R", "daybook.R"])
def test_a_record_within_itself_is_refused(name: str) -> None:
    assert "is within itself" in refusal(type=["null", name])


def test_another_logical_type_is_refused() -> None:
    message = refusal(type={"type": "long", "logicalType": "timestamp-micros"})
    assert "'timestamp-micros' is not one of ours" in message


@pytest.mark.parametrize("kind", [5, None, {}, {"type": "array"}, "unheard-of"])
def test_what_is_no_schema_is_refused(kind: object) -> None:
    assert refusal(type=kind).startswith("unknown-schema: ")


@pytest.mark.parametrize("text", ["", "5", "[]", '"string"', "[" * 100_000])
def test_text_that_is_no_record_schema_is_refused(text: str) -> None:
    with pytest.raises(InvalidEvent):
        parse(text)
