"""The golden examples are what they say: as JSON, as bytes and as events."""

import json
from pathlib import Path

import pytest

from schemas import EVENT_TYPES, AudioReceived, Event, ids
from schemas.avro import FOLDER, FileSchemas, SchemaFile, newest, schema_files
from schemas.conversion import read
from schemas.forms import JSON
from schemas.wire import decode, encode

SCHEMAS = FileSchemas()
TYPES: dict[str, type[Event]] = {kind.__name__: kind for kind in EVENT_TYPES}
NEWEST = {file.topic: file for file in schema_files()}
CASES = [
    (file, path)
    for file in schema_files()
    for path in sorted((FOLDER / file.topic / "examples" / f"v{file.version}").glob("*.json"))
]
NEWEST_CASES = [(file, path) for file, path in CASES if file in NEWEST.values()]


def named(part: SchemaFile | Path) -> str:
    return part.stem if isinstance(part, Path) else f"{part.topic}/v{part.version}"


def from_json_file(file: SchemaFile, path: Path) -> Event:
    return read(TYPES[file.record], json.loads(path.read_text(encoding="utf-8")), JSON)


def wire_bytes(path: Path) -> bytes:
    return bytes.fromhex(path.with_suffix(".hex").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "path"), NEWEST_CASES, ids=named)
def test_the_json_is_written_as_these_very_bytes(file: SchemaFile, path: Path) -> None:
    assert encode(from_json_file(file, path), file.schema_id) == wire_bytes(path)


@pytest.mark.parametrize(("file", "path"), CASES, ids=named)
def test_the_bytes_are_read_as_the_event_of_the_json(file: SchemaFile, path: Path) -> None:
    event = decode(TYPES[file.record], wire_bytes(path), None, schemas=SCHEMAS)
    written = from_json_file(file, path)
    if isinstance(written, AudioReceived):
        written = decode(AudioReceived, path.read_bytes(), None, schemas=SCHEMAS)
    assert event == written


@pytest.mark.parametrize(("file", "path"), CASES, ids=named)
def test_our_own_events_carry_the_id_that_is_derived_from_them(
    file: SchemaFile, path: Path
) -> None:
    event = from_json_file(file, path)
    assert isinstance(event, AudioReceived) or event.event_id == ids.event_id(event)


@pytest.mark.parametrize("file", schema_files(), ids=named)
def test_every_schema_has_a_minimal_and_a_full_example(file: SchemaFile) -> None:
    folder = FOLDER / file.topic / "examples" / f"v{file.version}"
    assert {"minimal", "full"} <= {path.stem for path in folder.glob("*.json")}


@pytest.mark.parametrize("file", NEWEST.values(), ids=named)
def test_the_full_example_gives_every_field_a_value_of_its_own(file: SchemaFile) -> None:
    path = FOLDER / file.topic / "examples" / f"v{file.version}" / "full.json"
    plain = json.loads(path.read_text(encoding="utf-8"))
    fields = newest(file.record).parsed["fields"]
    unset = {f["name"] for f in fields if plain[f["name"]] == f.get("default", ...)}
    # A new record cannot differ in its version; references stand where what they refer to does not.
    assert unset <= {"schema_version", "segments_uri"}


def test_every_example_is_of_a_schema_and_in_both_forms() -> None:
    expected = {path.with_suffix(suffix) for _, path in CASES for suffix in (".json", ".hex")}
    assert set(FOLDER.glob("*/examples/*/*")) == expected
