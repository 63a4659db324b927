"""Schema ids from a Confluent-compatible registry, in place of those that our files fix."""

import time
from collections.abc import Callable
from typing import Any, TypeVar

from confluent_kafka.schema_registry import Schema, SchemaRegistryClient
from confluent_kafka.schema_registry.common._httpx_compat import httpx
from confluent_kafka.schema_registry.error import SchemaRegistryError

from agents.errors import DependencyUnavailable
from schemas.avro import RecordSchema, SchemaFile, parse, schema_files
from schemas.errors import InvalidEvent

T = TypeVar("T")

TIMEOUT_S = 5
"""How long one request may take, in seconds: a worker's event loop waits for it."""
UNKNOWN_FOR_S = 30.0
"""How long an id stays unknown before the registry is asked again, in seconds."""
UNKNOWN_IDS = 1000
"""How many unknown ids are remembered: whoever makes them up cannot fill the memory."""

_NO_SUCH_THING = range(40400, 40500)
"""Error codes of registries: no such subject, version or schema."""


def registry_schemas(url: str) -> "RegistrySchemas":
    """Return the schemas of the registry at *url*; it is asked at first use, not here."""
    client = SchemaRegistryClient.new_client(
        {"url": url, "timeout": TIMEOUT_S, "max.retries": 1, "retries.wait.ms": 100}
    )
    return RegistrySchemas(client)


class RegistrySchemas:
    """A `schemas.avro.SchemaSource` that keeps whatever the registry has answered.

    Our schemas are looked up, or registered, under `<topic>-value`. As long as the registry does
    not answer as one, DependencyUnavailable is raised: no event is to blame for that.
    """

    def __init__(self, client: Any, *, monotonic: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._monotonic = monotonic
        self._ids: dict[tuple[str, int], int] = {}
        self._schemas: dict[int, RecordSchema] = {}
        self._unknown: dict[int, float] = {}

    def prefetch(self) -> None:
        """Ask for the ids of all our schemas, so that no event has to wait for them.

        Raises:
            DependencyUnavailable: the registry does not answer, or refuses a schema.

        """
        for file in schema_files():
            if (file.topic, file.version) not in self._ids:
                schema_id = self._registered_id(file)
                self._ids[file.topic, file.version] = schema_id
                self._schemas[schema_id] = parse(file.text)

    def id_of(self, topic: str, version: int) -> int:
        """Return the registry's id of one of our files."""
        if (topic, version) not in self._ids:
            self.prefetch()
        return self._ids[topic, version]

    def by_id(self, schema_id: int) -> RecordSchema:
        """Return a schema, ours or one that a foreign producer has registered."""
        if not self._ids:
            self.prefetch()
        if schema_id not in self._schemas:
            self._schemas[schema_id] = self._foreign(schema_id)
        return self._schemas[schema_id]

    def _registered_id(self, file: SchemaFile) -> int:
        subject, schema = f"{file.topic}-value", Schema(file.text, "AVRO")
        # Looking up needs no right to write, which registries often keep to a deployment step.
        found = _answer(lambda: self._client.lookup_schema(subject, schema))
        if found is not None:
            return int(found.schema_id)
        made = _answer(lambda: int(self._client.register_schema(subject, schema)))
        if made is None:
            raise DependencyUnavailable("schema-registry", f"it does not take {subject!r}")
        return made

    def _foreign(self, schema_id: int) -> RecordSchema:
        now = self._monotonic()
        if self._unknown.get(schema_id, now) <= now:
            schema = _answer(lambda: self._client.get_schema(schema_id))
            if schema is not None:
                return parse(schema.schema_str)
            if len(self._unknown) >= UNKNOWN_IDS:
                self._unknown.clear()
            self._unknown[schema_id] = now + UNKNOWN_FOR_S
        raise InvalidEvent("unknown-schema", f"the registry has no schema {schema_id}")


def _answer(ask: Callable[[], T]) -> T | None:
    """Return the registry's answer; None where it says that there is no such thing."""
    try:
        return ask()
    except SchemaRegistryError as error:
        # A bare 404 without a code of the registry is a wrong URL, not an unknown schema.
        if error.error_code in _NO_SUCH_THING:
            return None
        raise DependencyUnavailable("schema-registry", f"it says: {error}") from error
    except (httpx.HTTPError, OSError) as error:
        raise DependencyUnavailable("schema-registry") from error
