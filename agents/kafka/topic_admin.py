"""Topics of a broker: what they are, and making them what a plan says. Nothing is ever deleted."""

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ConfigSource,
    NewPartitions,
    NewTopic,
    ResourceType,
)

from agents.errors import DependencyUnavailable, SettingsError
from topics.plan import ActualTopic, AlterConfig, Plan
from topics.topic import Topic

DEADLINE_S = 15.0
"""How long the brokers may take for one request, in seconds."""
LEFT_TO_THE_BROKER = -1
"""Replicas of a new topic: as many as the broker's own default."""

RESTARTING = frozenset(
    {
        KafkaError.LEADER_NOT_AVAILABLE,
        KafkaError.NOT_LEADER_FOR_PARTITION,
        KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
        KafkaError.COORDINATOR_NOT_AVAILABLE,
        KafkaError.NOT_COORDINATOR,
    }
)
"""What brokers answer for a moment while one of them starts or stops."""

_POLL_S = 0.05
_DAY_MS = 86_400_000


def read_topics(
    client: Mapping[str, object], deadline_s: float = DEADLINE_S
) -> Mapping[str, ActualTopic]:
    """Return every topic of the brokers, with the settings that were made for it alone.

    *client* are librdkafka's settings.

    Raises:
        DependencyUnavailable: no broker answers within the deadline.
        SettingsError: the brokers refuse.

    """
    admin = AdminClient(dict(client))
    partitions = asked(lambda: _partitions(admin, deadline_s))
    resources = [ConfigResource(ResourceType.TOPIC, name) for name in partitions]
    if not resources:
        return {}
    answers = asked(lambda: admin.describe_configs(resources, request_timeout=deadline_s))
    return {
        resource.name: ActualTopic(
            partitions=partitions[resource.name],
            config=_own_settings(asked(answer.result).values()),
        )
        for resource, answer in answers.items()
    }


def offsets_retention_ms(client: Mapping[str, object], deadline_s: float = DEADLINE_S) -> int:
    """Return how long the brokers keep the offsets of a group that rests, in milliseconds.

    Raises:
        DependencyUnavailable: no broker answers within the deadline.
        SettingsError: the brokers refuse.

    """
    admin = AdminClient(dict(client))
    brokers = asked(lambda: admin.list_topics(timeout=deadline_s)).brokers
    if not brokers:  # one that is just starting answers before it knows of itself
        raise DependencyUnavailable("kafka", "the brokers know of no broker yet")
    resource = ConfigResource(ResourceType.BROKER, str(min(brokers)))
    answers = asked(lambda: admin.describe_configs([resource], request_timeout=deadline_s))
    entries = asked(answers[resource].result)
    return int(entries["offsets.retention.minutes"].value) * 60_000


def short_lived_offsets(client: Mapping[str, object], topics: Iterable[Topic]) -> str | None:
    """Return a warning where offsets live shorter than the records that they stand for.

    A group that rests for longer than its offsets live begins again with the oldest record.
    """
    kept_ms = offsets_retention_ms(client)
    longest = max(int(topic.config.get("retention.ms", 0)) for topic in topics)
    if kept_ms >= longest:
        return None
    return (
        f"the brokers forget offsets after {kept_ms / _DAY_MS:g} days, but records live "
        f"{longest / _DAY_MS:g}: set offsets.retention.minutes to {longest // 60_000} or more"
    )


def require_topics(
    client: Mapping[str, object], names: Iterable[str], deadline_s: float = DEADLINE_S
) -> None:
    """Return if every one of these topics exists.

    Raises:
        DependencyUnavailable: one does not, or no broker answers within the deadline.
        SettingsError: the brokers refuse.

    """
    admin = AdminClient(dict(client))
    found = asked(lambda: _partitions(admin, deadline_s))
    missing = [name for name in names if name not in found]
    if missing:
        more = f" (and {len(missing) - 1} more)" if missing[1:] else ""
        raise DependencyUnavailable(
            f"topic {missing[0]}",
            f"topic {missing[0]!r}{more} does not exist; `daybook topics apply --yes` makes it",
        )


def apply_plan(client: Mapping[str, object], plan: Plan, deadline_s: float = DEADLINE_S) -> None:
    """Make the changes of a plan, and return when every broker's clients can see new topics.

    Raises:
        DependencyUnavailable: no broker answers within the deadline.
        SettingsError: the brokers refuse a change, for instance for lack of rights.

    """
    admin = AdminClient(dict(client))
    _create(admin, plan, deadline_s)
    _add_partitions(admin, plan, deadline_s)
    _alter_configs(admin, plan.alter_config, deadline_s)
    totals = {topic.name: topic.partitions for topic in plan.create}
    totals |= {change.topic: change.total for change in plan.add_partitions}
    _wait_until_visible(admin, totals, deadline_s)


def _create(admin: Any, plan: Plan, deadline_s: float) -> None:
    new = [
        NewTopic(
            topic.name,
            num_partitions=topic.partitions,
            replication_factor=LEFT_TO_THE_BROKER,
            config=dict(topic.config),
        )
        for topic in plan.create
    ]
    if new:
        # Somebody else may apply the same plan at the same time: what exists already is fine.
        _each(
            admin.create_topics(new, request_timeout=deadline_s),
            KafkaError.TOPIC_ALREADY_EXISTS,
        )


def _add_partitions(admin: Any, plan: Plan, deadline_s: float) -> None:
    more = [NewPartitions(change.topic, change.total) for change in plan.add_partitions]
    if more:
        _each(admin.create_partitions(more, request_timeout=deadline_s))


def _alter_configs(admin: Any, changes: Iterable[AlterConfig], deadline_s: float) -> None:
    resources = [
        ConfigResource(
            ResourceType.TOPIC,
            change.topic,
            incremental_configs=[
                ConfigEntry(name, value, incremental_operation=AlterConfigOpType.SET)
                for name, value in change.wanted.items()
            ],
        )
        for change in changes
    ]
    if resources:
        _each(admin.incremental_alter_configs(resources, request_timeout=deadline_s))


def _wait_until_visible(admin: Any, totals: Mapping[str, int], deadline_s: float) -> None:
    end = time.monotonic() + deadline_s
    while missing := _missing(admin, totals, deadline_s):
        if time.monotonic() > end:
            raise DependencyUnavailable("kafka", f"topics do not appear: {', '.join(missing)}")
        time.sleep(_POLL_S)


def _missing(admin: Any, totals: Mapping[str, int], deadline_s: float) -> list[str]:
    seen = asked(lambda: _partitions(admin, deadline_s)) if totals else {}
    return [name for name, total in totals.items() if seen.get(name, 0) < total]


def _partitions(admin: Any, deadline_s: float) -> dict[str, int]:
    topics = admin.list_topics(timeout=deadline_s).topics
    # A topic in the making is listed without partitions, or with ones that have no leader yet.
    return {
        name: sum(partition.leader >= 0 for partition in topic.partitions.values())
        for name, topic in topics.items()
        if topic.partitions and not name.startswith("__")
    }


def _own_settings(entries: Iterable[Any]) -> dict[str, str]:
    own = ConfigSource.DYNAMIC_TOPIC_CONFIG.value
    return {entry.name: str(entry.value) for entry in entries if int(entry.source) == own}


def _each(answers: Mapping[Any, Any], *accepted: int) -> None:
    for answer in answers.values():
        asked(answer.result, *accepted)


def asked(ask: Callable[[], Any], *accepted: int) -> Any:
    """Return the brokers' answer; None where they answer with an error code in *accepted*.

    Raises:
        DependencyUnavailable: they do not answer.
        SettingsError: they refuse.

    """
    try:
        return ask()
    except KafkaException as error:
        problem = error.args[0]
        if problem.code() in accepted:
            return None
        # Negative codes are librdkafka's own: it found no broker, or none answered in time.
        if problem.code() in RESTARTING or problem.retriable() or problem.code() < 0:
            raise DependencyUnavailable(
                "kafka", f"the brokers do not answer: {problem.str()}"
            ) from error
        raise SettingsError(f"the brokers refuse: {problem.str()}") from error
