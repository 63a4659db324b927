"""Publishes what a person wishes, for the command line; the gateway will do so for its users."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from confluent_kafka import KafkaError, KafkaException, Message, Producer

from agents.delivery.codec import settings_key
from agents.errors import DependencyUnavailable
from schemas import UserSettings, ids
from schemas.avro import SchemaSource
from schemas.wire import encode, headers
from topics.catalogue import load

FLUSH_S = 30.0
"""Longest wait for the brokers to have it, in seconds."""


def publish_settings(
    client_settings: Mapping[str, object], wishes: UserSettings, *, schemas: SchemaSource
) -> UserSettings:
    """Publish a person's *wishes* in place of all former ones; return them with id and time.

    *client_settings* are librdkafka's.

    Raises:
        schemas.InvalidEvent: a field of it would be refused by its readers.
        DependencyUnavailable: the brokers do not take it.

    """
    topic, now = load().users_settings.name, datetime.now(UTC)
    wishes = replace(wishes, occurred_at=now, event_id=ids.event_id(wishes))
    value = encode(wishes, schemas.id_of(topic, 1))
    of_event = headers(wishes, source="daybook/cli", time=now)
    key = settings_key(wishes.tenant_id, wishes.user_id)
    _publish(client_settings, topic, key=key.encode(), value=value, headers=of_event)
    return wishes


def forget_settings(client_settings: Mapping[str, object], tenant_id: str, user_id: str) -> None:
    """Publish that a person wishes nothing any more.

    Raises:
        DependencyUnavailable: the brokers do not take it.

    """
    key = settings_key(tenant_id, user_id).encode()
    _publish(client_settings, load().users_settings.name, key=key, value=None)


def _publish(client_settings: Mapping[str, object], topic: str, **record: Any) -> None:
    producer = Producer(
        {
            "acks": "all",
            "enable.idempotence": True,
            "partitioner": "murmur2_random",
            "message.timeout.ms": int(FLUSH_S * 1000),
            **client_settings,
        }
    )
    failures: list[str] = []

    def delivered(error: KafkaError | None, _message: Message) -> None:
        if error is not None:
            failures.append(error.str())

    try:
        producer.produce(topic, on_delivery=delivered, **record)
        if producer.flush(FLUSH_S):
            failures.append("no answer in time")
    except KafkaException as error:
        raise DependencyUnavailable("kafka", f"cannot publish: {error}") from error
    if failures:
        raise DependencyUnavailable("kafka", f"cannot publish: {failures[0]}")
