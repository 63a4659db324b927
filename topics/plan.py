"""What has to change so that a broker's topics are as the catalogue says; nothing is done here."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from topics.catalogue import keys_of_tables
from topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class ActualTopic:
    """A topic as it is on a broker, with the settings that were made for it alone."""

    partitions: int
    config: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddPartitions:
    """More partitions for a topic, which moves keys to other partitions."""

    topic: str
    current: int
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AlterConfig:
    """Settings of a topic that are not as declared."""

    topic: str
    current: Mapping[str, str | None]
    wanted: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A change that would do harm, and why."""

    topic: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The changes that are needed; topics and settings that nobody declared stay as they are."""

    create: tuple[Topic, ...] = ()
    add_partitions: tuple[AddPartitions, ...] = ()
    alter_config: tuple[AlterConfig, ...] = ()
    refused: tuple[Refusal, ...] = ()
    unchanged: tuple[str, ...] = ()

    @property
    def changes(self) -> tuple[Topic | AddPartitions | AlterConfig, ...]:
        """Return what applying this plan would do; empty where it would do nothing."""
        return (*self.create, *self.add_partitions, *self.alter_config)


Change = Topic | AddPartitions | AlterConfig | Refusal


def plan(
    desired: Iterable[Topic],
    actual: Mapping[str, ActualTopic],
    *,
    partitions: int | None = None,
) -> Plan:
    """Compare topics as declared with those of a broker.

    `partitions` stands for every declared count, as a small installation needs fewer.
    """
    topics = [replace(t, partitions=partitions or t.partitions) for t in desired]
    tables = keys_of_tables(topics)
    changes: list[Change] = []
    unchanged: list[str] = []
    for topic in topics:
        peers = _peers(topic, topics, actual) if topic.key in tables else None
        needed = _changes(topic, actual.get(topic.name), peers)
        changes += needed
        unchanged += [] if needed else [topic.name]
    return _sorted_by_kind(changes, unchanged)


def _peers(
    topic: Topic, topics: Iterable[Topic], actual: Mapping[str, ActualTopic]
) -> Mapping[str, int]:
    return {
        other.name: actual[other.name].partitions
        for other in topics
        if other.key == topic.key and other.name != topic.name and other.name in actual
    }


def _changes(
    topic: Topic, actual: ActualTopic | None, peers: Mapping[str, int] | None
) -> list[Change]:
    if actual is None:
        return [_creation(topic, peers or {})]
    return [*_partition_change(topic, actual, peers), *_config_change(topic, actual)]


def _creation(topic: Topic, peers: Mapping[str, int]) -> Change:
    for name, count in peers.items():
        if count != topic.partitions:
            reason = (
                f"{name} has {count} partitions and must have as many as this, {topic.partitions}"
            )
            return Refusal(topic=topic.name, reason=f"{reason}: set DAYBOOK_PARTITIONS={count}")
    return topic


def _partition_change(
    topic: Topic, actual: ActualTopic, peers: Mapping[str, int] | None
) -> list[Change]:
    wanted, current = topic.partitions, actual.partitions
    if wanted == current:
        return []
    if wanted < current:
        reason = f"it has {current} partitions, not {wanted}: Kafka cannot take any away"
        return [Refusal(topic=topic.name, reason=reason)]
    if peers is not None:
        what = "it is compacted" if topic.compacted else "it has the keys of a compacted topic"
        reason = f"{what}: more than its {current} partitions would part keys from their past"
        return [Refusal(topic=topic.name, reason=reason)]
    return [AddPartitions(topic=topic.name, current=current, total=wanted)]


def _config_change(topic: Topic, actual: ActualTopic) -> list[Change]:
    wanted = {k: v for k, v in topic.config.items() if actual.config.get(k) != v}
    if not wanted:
        return []
    current = {key: actual.config.get(key) for key in wanted}
    return [AlterConfig(topic=topic.name, current=current, wanted=wanted)]


def _sorted_by_kind(changes: Iterable[Change], unchanged: Iterable[str]) -> Plan:
    changes = tuple(changes)
    return Plan(
        create=tuple(change for change in changes if isinstance(change, Topic)),
        add_partitions=tuple(change for change in changes if isinstance(change, AddPartitions)),
        alter_config=tuple(change for change in changes if isinstance(change, AlterConfig)),
        refused=tuple(change for change in changes if isinstance(change, Refusal)),
        unchanged=tuple(unchanged),
    )
