"""Ids come from the registry where there is one, and only unknown schemas are an event's fault."""

import json
from typing import Any

import pytest
from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.error import SchemaRegistryError

from agents.errors import DependencyUnavailable
from agents.kafka.schema_registry import UNKNOWN_FOR_S, RegistrySchemas, registry_schemas
from schemas import AudioReceived, InvalidEvent
from schemas.avro import schema_files
from schemas.wire import decode, encode

AUDIO = AudioReceived(user_id="ana", audio_uri="x", recording_id="r", event_id="e")


class Registry:
    """The mock that comes with confluent-kafka, counting questions and failing on demand."""

    def __init__(self) -> None:
        self.mock = SchemaRegistryClient.new_client({"url": "mock://daybook"})
        self.asked: list[str] = []
        self.failure: Exception | None = None

    def __getattr__(self, name: str) -> Any:
        self.asked.append(name)
        if self.failure is not None:
            raise self.failure
        return getattr(self.mock, name)


@pytest.fixture
def registry() -> Registry:
    return Registry()


@pytest.fixture
def schemas(registry: Registry) -> RegistrySchemas:
    registry.mock.register_schema("other", Schema('"string"', "AVRO"))
    return RegistrySchemas(registry)


def test_our_schemas_are_registered_once_by_topic(
    registry: Registry, schemas: RegistrySchemas
) -> None:
    schemas.prefetch()
    RegistrySchemas(registry).prefetch()
    assert registry.asked.count("register_schema") == len(schema_files())
    assert "audio.received-value" in registry.mock.get_subjects()


def test_an_event_is_written_and_read_with_the_ids_of_the_registry(
    registry: Registry, schemas: RegistrySchemas
) -> None:
    schema_id = schemas.id_of("audio.received", 1)
    assert schema_id != 1
    assert decode(AudioReceived, encode(AUDIO, schema_id), None, schemas=schemas) == AUDIO
    assert "get_schema" not in registry.asked


def test_a_schema_of_a_foreign_producer_is_looked_up_once(
    registry: Registry, schemas: RegistrySchemas
) -> None:
    text = json.loads(schema_files()[0].text) | {"doc": "another"}
    schema_id = registry.mock.register_schema("foreign", Schema(json.dumps(text), "AVRO"))
    found = [schemas.by_id(schema_id) for _ in range(3)]
    assert {schema.record for schema in found} == {"AudioReceived"}
    assert registry.asked.count("get_schema") == 1


def test_an_unknown_id_is_asked_for_again_only_after_a_while(registry: Registry) -> None:
    now = [100.0]
    schemas = RegistrySchemas(registry, monotonic=lambda: now[0])
    for now[0] in (100.0, 100.0 + UNKNOWN_FOR_S - 1, 100.0 + UNKNOWN_FOR_S):
        with pytest.raises(InvalidEvent, match="has no schema 4711"):
            schemas.by_id(4711)
    assert registry.asked.count("get_schema") == 2


def test_a_schema_that_is_not_avro_is_unknown(registry: Registry, schemas: RegistrySchemas) -> None:
    schema_id = registry.mock.register_schema("j", Schema('{"title": "x"}', "JSON"))
    with pytest.raises(InvalidEvent) as refused:
        schemas.by_id(schema_id)
    assert refused.value.reason == "unknown-schema"


@pytest.mark.parametrize(
    "failure",
    [
        SchemaRegistryError(503, 50003, "leader unknown"),
        SchemaRegistryError(401, 40101, "unauthorized"),
        SchemaRegistryError(404, -1, "<html>not a registry"),
        ConnectionError("refused"),
    ],
)
def test_no_event_is_to_blame_for_a_registry_that_fails(
    registry: Registry, schemas: RegistrySchemas, failure: Exception
) -> None:
    schemas.prefetch()
    registry.failure = failure
    with pytest.raises(DependencyUnavailable):
        schemas.by_id(4711)
    registry.failure = None
    with pytest.raises(InvalidEvent):
        schemas.by_id(4711)


def test_a_registry_that_is_not_there_is_found_out_at_first_use() -> None:
    schemas = registry_schemas("http://127.0.0.1:1")
    with pytest.raises(DependencyUnavailable, match="schema-registry does not answer"):
        schemas.id_of("audio.received", 1)
