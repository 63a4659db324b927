"""The wire contract as a stranger reads it: `schemas/*.avsc` and fastavro, no code of ours."""

import io
import json
import struct
from functools import cache
from pathlib import Path
from typing import Any

import fastavro

SCHEMAS = Path(__file__).parents[2] / "schemas"

_PREFIX = struct.Struct(">bI")
"""Byte 0 and the schema's id."""


def encode(topic: str, fields: dict[str, Any]) -> bytes:
    """Return the value of a record on *topic*; fields left out get their defaults."""
    out = io.BytesIO()
    out.write(_PREFIX.pack(0, _id_of(topic)))
    fastavro.schemaless_writer(out, _schema_of(topic), fields)
    return out.getvalue()


def decode(topic: str, value: bytes) -> dict[str, Any] | None:
    """Return the event in a record's value; None if there is none."""
    if len(value) < _PREFIX.size or _PREFIX.unpack_from(value) != (0, _id_of(topic)):
        return None
    event = fastavro.schemaless_reader(io.BytesIO(value[_PREFIX.size :]), _schema_of(topic), None)
    return event if isinstance(event, dict) else None


@cache
def _schema_of(topic: str) -> Any:
    return fastavro.parse_schema(json.loads((SCHEMAS / topic / "v1.avsc").read_text()))


@cache
def _id_of(topic: str) -> int:
    return int(json.loads((SCHEMAS / "ids.json").read_text())[f"{topic}/v1"])
