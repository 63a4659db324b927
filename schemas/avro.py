"""The Avro files of this folder, and where a reader finds the schema that a record names."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Protocol

from fastavro import parse_schema
from fastavro.schema import SchemaParseException

from schemas.errors import InvalidEvent

FOLDER = Path(__file__).parent
NAMESPACE = "daybook"

_LOGICAL_TYPES = frozenset({"timestamp-millis", "date"})


@dataclass(frozen=True, slots=True)
class RecordSchema:
    """A schema ready for use; its logical types are left to `schemas.conversion`."""

    record: str
    parsed: Any


class SchemaSource(Protocol):
    """Knows the schema of each id that records carry in their prefix."""

    def by_id(self, schema_id: int) -> RecordSchema:
        """Return the schema that a record was written with.

        Raises InvalidEvent (`unknown-schema`) where there is none or no reader of ours could use
        it; a source behind a network raises its own error while that cannot be told.
        """

    def id_of(self, topic: str, version: int) -> int:
        """Return the id to write a topic's records of this version with; KeyError: no such file."""


@dataclass(frozen=True, slots=True)
class SchemaFile:
    """One version of a topic's schema, as written in its file."""

    topic: str
    version: int
    schema_id: int
    text: str

    @property
    def record(self) -> str:
        """Return the name of the record, which is that of its dataclass."""
        return str(json.loads(self.text)["name"])


class FileSchemas:
    """The ids that `ids.json` fixes, for brokers without a registry."""

    def by_id(self, schema_id: int) -> RecordSchema:
        """Look the id up among the files."""
        try:
            return _by_id()[schema_id]
        except KeyError:
            raise InvalidEvent("unknown-schema", f"there is no schema {schema_id}") from None

    def id_of(self, topic: str, version: int) -> int:
        """Look the id up in `ids.json`."""
        return _ids()[f"{topic}/v{version}"]


@cache
def schema_files() -> tuple[SchemaFile, ...]:
    """Return every schema that `ids.json` names, oldest version of each topic first."""
    files = []
    for name, schema_id in _ids().items():
        topic, version = name.rsplit("/v", 1)
        text = (FOLDER / topic / f"v{version}.avsc").read_text(encoding="utf-8")
        files.append(SchemaFile(topic, int(version), schema_id, text))
    return tuple(sorted(files, key=lambda file: (file.topic, file.version)))


@cache
def newest(record: str) -> RecordSchema:
    """Return the newest schema of a record: what its dataclass is written with and read as."""
    return parse(next(file.text for file in reversed(schema_files()) if file.record == record))


def parse(text: str) -> RecordSchema:
    """Make a schema ready for use.

    Raises InvalidEvent (`unknown-schema`) where no reader of ours could use it.
    """
    try:
        schema = json.loads(text)
        record = str(schema["name"]).removeprefix(f"{NAMESPACE}.")
        return RecordSchema(record, parse_schema(_plain(schema)))
    except (SchemaParseException, ValueError, LookupError, TypeError, RecursionError) as error:
        raise InvalidEvent("unknown-schema", f"the schema cannot be used: {error}") from error


@cache
def _ids() -> Mapping[str, int]:
    ids: dict[str, int] = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    return ids


@cache
def _by_id() -> Mapping[int, RecordSchema]:
    return {file.schema_id: parse(file.text) for file in schema_files()}


def _plain(schema: Any) -> Any:
    # Without logical types fastavro hands out numbers, and a number out of range can be refused
    # by its field's name; other logical types would be misread as ours.
    if isinstance(schema, list):
        return [_plain(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if schema.get("logicalType", "date") not in _LOGICAL_TYPES:
        raise ValueError(f"logical type {schema['logicalType']!r} is not one of ours")
    if schema.get("type") == "array" and _is_empty(schema["items"]):
        raise ValueError("items of no size would let a few bytes hold a reader up for ever")
    return {name: _plain(value) for name, value in schema.items() if name != "logicalType"}


def _is_empty(items: Any) -> bool:
    if isinstance(items, dict) and items.get("type") == "record":
        return all(_is_empty(field["type"]) for field in items["fields"])
    kind = items.get("type") if isinstance(items, dict) else items
    return kind == "null" or (kind == "fixed" and items["size"] == 0)
