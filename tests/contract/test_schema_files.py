"""The Avro files say the same as the dataclasses, and say it fully."""

import dataclasses
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from types import NoneType
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import pytest

import schemas
from schemas import EVENT_TYPES
from schemas.avro import FOLDER, FileSchemas, SchemaFile, schema_files
from schemas.constraints import INT_MAX, Range

Avro = dict[str, Any]
NEWEST = {file.topic: file for file in schema_files()}.values()
KINDS = {"string": "str", "boolean": "bool", "long": "int", "double": "float"}
LOGICAL = {"timestamp-millis": datetime.__name__, "date": date.__name__}


def named_types(schema: Any) -> Iterator[Avro]:
    """Yield every record and enum that is defined within a schema."""
    if isinstance(schema, list):
        for branch in schema:
            yield from named_types(branch)
    if isinstance(schema, dict):
        yield from [schema] if schema["type"] in ("record", "enum") else []
        for inner in (schema.get("items"), *(field["type"] for field in schema.get("fields", ()))):
            yield from named_types(inner)


def kind_of_avro(avro: Any) -> str:
    if isinstance(avro, list):
        return f"{kind_of_avro(avro[1])} or {avro[0]}"
    if isinstance(avro, str):
        return KINDS.get(avro, avro)
    if avro["type"] == "array":
        return f"[{kind_of_avro(avro['items'])}]"
    return LOGICAL[avro["logicalType"]] if "logicalType" in avro else str(avro["name"])


def kind_of_hint(hint: Any) -> str:
    arguments = get_args(hint)
    if get_origin(hint) is Annotated:
        return kind_of_hint(arguments[0])
    if get_origin(hint) is tuple:
        return f"[{kind_of_hint(arguments[0])}]"
    if NoneType in arguments:
        return f"{kind_of_hint(arguments[0])} or null"
    return str(hint.__name__)


def fields_of(record: Avro) -> dict[str, tuple[str, object]]:
    return {f["name"]: (kind_of_avro(f["type"]), f.get("default", ...)) for f in record["fields"]}


def fields_of_dataclass(name: str) -> dict[str, tuple[str, object]]:
    record_type = getattr(schemas, name)
    hints = get_type_hints(record_type, include_extras=True)
    defaults = {
        f.name: ... if f.default is dataclasses.MISSING else f.default
        for f in dataclasses.fields(record_type)
    }
    return {
        field: (kind_of_hint(hints[field]), [] if default == () else default)
        for field, default in defaults.items()
    }


@pytest.mark.parametrize("file", NEWEST, ids=lambda file: file.topic)
def test_a_schema_has_the_fields_of_its_dataclasses(file: SchemaFile) -> None:
    for named in named_types(json.loads(file.text)):
        if named["type"] == "record":
            assert fields_of(named) == fields_of_dataclass(named["name"])
        else:
            assert named["symbols"] == list(getattr(schemas, named["name"]))


def test_a_field_of_another_type_or_default_would_be_seen() -> None:
    record = json.loads(next(f.text for f in NEWEST if f.record == "AudioReceived"))
    record["fields"][0] |= {"default": 2}
    record["fields"][1] |= {"type": "int"}
    ours, theirs = fields_of_dataclass("AudioReceived"), fields_of(record)
    assert {name for name in ours if ours[name] != theirs[name]} == {"schema_version", "event_id"}


@pytest.mark.parametrize("file", schema_files(), ids=lambda file: f"{file.topic}/v{file.version}")
def test_everything_is_explained_and_every_enum_has_a_default(file: SchemaFile) -> None:
    for named in named_types(json.loads(file.text)):
        assert named["doc"]
        assert all(field["doc"] for field in named.get("fields", ()))
        assert named["type"] == "record" or named["default"] in named["symbols"]


def most_of(hint: Any) -> float:
    """Return the largest number that a field may hold."""
    inner = next((argument for argument in get_args(hint) if get_args(argument)), hint)
    return next(part.most for part in get_args(inner) if isinstance(part, Range))


@pytest.mark.parametrize("file", NEWEST, ids=lambda file: file.topic)
def test_every_number_is_limited_to_what_its_avro_type_holds(file: SchemaFile) -> None:
    for record in named_types(json.loads(file.text)):
        hints = get_type_hints(getattr(schemas, record["name"]), include_extras=True)
        for field in record.get("fields", ()):
            branches = field["type"] if isinstance(field["type"], list) else [field["type"]]
            for kind in (branch for branch in branches if branch in ("int", "long")):
                assert (kind == "int") == (most_of(hints[field["name"]]) <= INT_MAX), field["name"]


def test_ids_are_unique_and_name_every_file() -> None:
    named = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    files = {f"{path.parent.name}/{path.stem}" for path in FOLDER.glob("*/*.avsc")}
    assert set(named) == files
    assert Counter(named.values()).most_common(1)[0][1] == 1
    assert all(0 < schema_id < 2**32 for schema_id in named.values())


def test_ids_never_change_once_given() -> None:
    named = json.loads((FOLDER / "ids.json").read_text(encoding="utf-8"))
    given = ["audio.received", "transcripts.ready", "diaries.ready", "diaries.daily"]
    expected = [*given, "pipeline.status", "users.settings"]
    assert [named[f"{topic}/v1"] for topic in expected] == [1, 2, 3, 4, 5, 6]


def test_every_event_type_has_a_schema_and_every_schema_an_event_type() -> None:
    assert {file.record for file in schema_files()} == {kind.__name__ for kind in EVENT_TYPES}


def test_versions_of_a_topic_are_counted_from_one_and_keep_the_record() -> None:
    topics = {file.topic for file in schema_files()}
    for topic in topics:
        versions = [file for file in schema_files() if file.topic == topic]
        assert [file.version for file in versions] == list(range(1, len(versions) + 1))
        assert len({file.record for file in versions}) == 1


@pytest.mark.parametrize("file", schema_files(), ids=lambda file: f"{file.topic}/v{file.version}")
def test_a_schema_is_found_by_its_id(file: SchemaFile) -> None:
    source = FileSchemas()
    assert source.id_of(file.topic, file.version) == file.schema_id
    assert source.by_id(file.schema_id).record == file.record
