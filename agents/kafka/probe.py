"""Asks a Kafka cluster whether it answers, in the only way that counts: for its metadata."""

import time
from collections.abc import Callable, Mapping

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

ASK_S = 0.5
"""How long one question may wait before the caller's condition is looked at again."""


def broker_answers(
    bootstrap: str,
    *,
    timeout_s: float = 2.0,
    cluster_id: str | None = None,
    client: Mapping[str, object] | None = None,
) -> bool:
    """Ask once for the metadata; true if a broker is in it, of the cluster that is meant.

    *client* are further settings of librdkafka, for brokers that ask who is there.
    """
    return _answers(_client(bootstrap, client or {}), timeout_s, cluster_id)


def wait_for_broker(
    bootstrap: str,
    *,
    timeout_s: float,
    cluster_id: str | None = None,
    alive: Callable[[], bool] = lambda: True,
) -> bool:
    """Wait until the cluster answers; false after `timeout_s`, or as soon as it is not `alive`."""
    deadline = time.monotonic() + timeout_s
    client = _client(bootstrap, {})
    while alive():
        remaining_s = deadline - time.monotonic()
        if remaining_s <= 0:
            return False
        if _answers(client, min(ASK_S, remaining_s), cluster_id):
            return True
    return False


def _client(bootstrap: str, settings: Mapping[str, object]) -> AdminClient:
    return AdminClient(
        {
            **settings,
            "bootstrap.servers": bootstrap,
            "reconnect.backoff.ms": 50,
            "reconnect.backoff.max.ms": 200,
            "log_level": 0,  # that nobody listens yet is an answer here, not news for stderr
        }
    )


def _answers(client: AdminClient, timeout_s: float, cluster_id: str | None) -> bool:
    try:
        metadata = client.list_topics(timeout=timeout_s)
    except KafkaException:
        return False
    return bool(metadata.brokers) and cluster_id in (None, metadata.cluster_id)
