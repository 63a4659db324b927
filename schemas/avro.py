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
from schemas.writer_schema import plain_schema

FOLDER = Path(__file__).parent
NAMESPACE = "daybook"

# What json, fastavro and ourselves raise for text that is no schema.
_UNUSABLE = (
    SchemaParseException,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    RecursionError,
)


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

    def prefetch(self) -> None:
        """Find out all ids now; a source behind a network raises its own error if it cannot."""


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

    def prefetch(self) -> None:
        """Do nothing: the files are here."""


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
        return RecordSchema(record, parse_schema(plain_schema(schema)))
    except _UNUSABLE as error:
        raise InvalidEvent("unknown-schema", f"the schema cannot be used: {error}") from error


@cache
def _ids() -> Mapping[str, int]:
    ids: dict[str, int] = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    return ids


@cache
def _by_id() -> Mapping[int, RecordSchema]:
    return {file.schema_id: parse(file.text) for file in schema_files()}
