"""Lets producers write to partitions that no transaction of theirs has: such writes never end."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

_CHECK = "transaction.partition.verification.enable"


@contextmanager
def unchecked_transactions(client: Mapping[str, object]) -> Iterator[None]:
    """Turn the brokers' own check off for the length of the block."""
    _alter(client, AlterConfigOpType.SET)
    try:
        yield
    finally:
        _alter(client, AlterConfigOpType.DELETE)


def _alter(client: Mapping[str, object], operation: AlterConfigOpType) -> None:
    admin = AdminClient(dict(client))
    entry = ConfigEntry(_CHECK, "false", incremental_operation=operation)
    for broker in admin.list_topics(timeout=30).brokers:
        resource = ConfigResource(ResourceType.BROKER, str(broker), incremental_configs=[entry])
        for answer in admin.incremental_alter_configs([resource]).values():
            answer.result(30)
