"""Every version of a schema reads what every other has written, tried by really decoding."""

import json
from collections.abc import Callable
from io import BytesIO
from itertools import product
from typing import Any

import pytest
from fastavro import parse_schema, schemaless_reader
from fastavro.read import SchemaResolutionError
from fastavro.schema import SchemaParseException

from schemas.avro import FOLDER, SchemaFile, schema_files

Avro = dict[str, Any]


def examples(file: SchemaFile) -> list[bytes]:
    folder = FOLDER / file.topic / "examples" / f"v{file.version}"
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.hex"))]
    return [bytes.fromhex(text)[5:] for text in texts]


def unreadable(datum: bytes, writer: Avro, reader: Avro) -> str:
    """Return why a reader cannot read what a writer wrote, or "" where it can."""
    try:
        own: Any = schemaless_reader(BytesIO(datum), parse_schema(writer), None)
        seen: Any = schemaless_reader(BytesIO(datum), parse_schema(writer), parse_schema(reader))
    except (SchemaResolutionError, SchemaParseException) as error:
        return f"{type(error).__name__}: {error}"
    fallbacks = {f["name"]: enum_default(f["type"]) for f in reader["fields"]}
    changed = [
        name
        for name in own.keys() & seen.keys()
        if own[name] != seen[name] and seen[name] != fallbacks[name]
    ]
    return f"changed: {changed}" if changed else ""


def enum_default(avro: Any) -> object:
    """Return what an enum's reader sees in place of a symbol that it does not know."""
    return avro.get("default") if isinstance(avro, dict) else None


def fields_without_default(older: Avro, newer: Avro) -> set[str]:
    """Return the fields of one version only that have no default: the other could not read them."""
    both = {field["name"] for field in older["fields"]} & {f["name"] for f in newer["fields"]}
    fields = [*older["fields"], *newer["fields"]]
    return {f["name"] for f in fields if f["name"] not in both and "default" not in f}


PAIRS = [
    (writer, reader)
    for writer, reader in product(schema_files(), repeat=2)
    if writer.topic == reader.topic
]


@pytest.mark.parametrize(
    ("writer", "reader"), PAIRS, ids=lambda file: f"{file.topic}/v{file.version}"
)
def test_every_version_reads_every_other(writer: SchemaFile, reader: SchemaFile) -> None:
    older, newer = json.loads(writer.text), json.loads(reader.text)
    assert {unreadable(datum, older, newer) for datum in examples(writer)} == {""}
    assert fields_without_default(older, newer) == set()


def rename_user(schema: Avro) -> None:
    schema["fields"][4]["name"] = "owner_id"


def make_the_version_text(schema: Avro) -> None:
    schema["fields"][0] |= {"type": "string", "default": ""}


def add_a_field_without_default(schema: Avro) -> None:
    schema["fields"].append({"name": "colour", "type": "string"})


def rename_the_record(schema: Avro) -> None:
    schema["name"] = "AudioArrived"


def take_a_symbol_and_the_default_away(schema: Avro) -> None:
    priority = next(field for field in schema["fields"] if field["name"] == "priority")
    priority["type"] |= {"symbols": ["NORMAL", "BULK"]}
    del priority["type"]["default"]


@pytest.mark.parametrize(
    "tamper",
    [
        rename_user,
        make_the_version_text,
        add_a_field_without_default,
        rename_the_record,
        take_a_symbol_and_the_default_away,
    ],
)
def test_a_breaking_change_would_be_seen(tamper: Callable[[Avro], None]) -> None:
    file = next(file for file in schema_files() if file.record == "AudioReceived")
    ours, theirs = json.loads(file.text), json.loads(file.text)
    tamper(theirs)
    assert any(unreadable(datum, ours, theirs) for datum in examples(file))


def test_a_field_that_is_taken_away_without_a_default_would_be_seen() -> None:
    ours = json.loads(next(f.text for f in schema_files() if f.record == "AudioReceived"))
    theirs = ours | {"fields": [f for f in ours["fields"] if f["name"] != "audio_uri"]}
    assert fields_without_default(ours, theirs) == {"audio_uri"}


def test_a_new_field_with_a_default_is_no_break() -> None:
    file = next(file for file in schema_files() if file.record == "AudioReceived")
    theirs = json.loads(file.text)
    theirs["fields"].append({"name": "colour", "type": "string", "default": "red"})
    reasons = [unreadable(datum, json.loads(file.text), theirs) for datum in examples(file)]
    assert reasons == ["", ""]


def test_a_symbol_that_falls_back_to_the_default_is_no_break() -> None:
    file = next(file for file in schema_files() if file.record == "AudioReceived")
    theirs = json.loads(file.text)
    priority = next(field for field in theirs["fields"] if field["name"] == "priority")
    priority["type"] |= {"symbols": ["NORMAL", "BULK"]}
    reasons = [unreadable(datum, json.loads(file.text), theirs) for datum in examples(file)]
    assert reasons == ["", ""]
