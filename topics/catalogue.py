"""Every topic of the stream: those with a file, and the side topics that follow from them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

from topics.side_topics import dead_letter_name, side_topics
from topics.topic import Topic
from topics.topic_file import read_topic


class _Named:
    """A topic of the catalogue as an attribute, so that its name is spelled once."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, catalogue: "Catalogue", owner: type) -> Topic:
        return catalogue[self._name]


@dataclass(frozen=True)
class Catalogue:
    """Topics by name; iterates over all of them, side topics included."""

    topics: Mapping[str, Topic]

    audio_received = _Named("audio.received")
    transcripts_ready = _Named("transcripts.ready")
    diaries_ready = _Named("diaries.ready")
    diaries_daily = _Named("diaries.daily")
    pipeline_status = _Named("pipeline.status")
    users_settings = _Named("users.settings")
    diarist_upgrade = _Named("daybook.diarist.upgrade")

    def __getitem__(self, name: str) -> Topic:
        return self.topics[name]

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics.values())

    def __len__(self) -> int:
        return len(self.topics)

    @property
    def groups(self) -> tuple[str, ...]:
        """Return every consumer group that works on a topic."""
        return tuple(dict.fromkeys(group for topic in self for group in topic.groups))

    def inputs(self, group: str) -> tuple[Topic, ...]:
        """Return the topics that a group works on, its redrive topic included."""
        return tuple(topic for topic in self if group in topic.groups)

    def outputs(self, agent: str) -> tuple[str, ...]:
        """Return the names of the topics that an agent writes to, its dead letters included."""
        return tuple(topic.name for topic in self if agent in topic.producers)

    def dead_letter_topic(self, group: str, topic: str) -> Topic:
        """Return where a group puts what it cannot work on.

        What fails again after a redrive goes back to the dead letters that it came from.
        Raises KeyError where the group does not work on the topic.
        """
        origin = next((other.name for other in self if other.redrives.get(group) == topic), topic)
        return self[dead_letter_name(group, origin)]

    def redrive_topic(self, group: str) -> Topic:
        """Return where dead letters of a group are handed back to it.

        Raises KeyError where there is no such group.
        """
        names = {of: name for topic in self for of, name in topic.redrives.items()}
        return self[names[group]]


@cache
def load() -> Catalogue:
    """Read the catalogue that is part of this package."""
    return build(read_topic(path) for path in sorted(Path(__file__).parent.glob("*.yaml")))


def build(declared: Iterable[Topic]) -> Catalogue:
    """Complete declared topics with their side topics.

    Raises ValueError where two names would collide, or topics that share a compacted topic's key
    differ in partitions.
    """
    main = tuple(declared)
    topics = (*main, *(side for topic in main for side in side_topics(topic)))
    _refuse_collisions(topics)
    _refuse_uneven(topics)
    return Catalogue(MappingProxyType({topic.name: topic for topic in topics}))


def keys_of_tables(topics: Iterable[Topic]) -> frozenset[str]:
    """Return the keys of compacted topics: those with such a key stay partitioned alike."""
    return frozenset(topic.key for topic in topics if topic.compacted)


def _refuse_collisions(topics: Iterable[Topic]) -> None:
    seen: dict[str, str] = {}
    for topic in topics:
        # Kafka's own metrics write `_` for `.`: such names cannot be told apart there.
        shown = topic.name.replace(".", "_")
        if shown in seen:
            raise ValueError(f"topics {seen[shown]!r} and {topic.name!r} collide")
        seen[shown] = topic.name


def _refuse_uneven(topics: Iterable[Topic]) -> None:
    tables = keys_of_tables(topics)
    counts: dict[str, int] = {}
    for topic in topics:
        if (
            topic.key in tables
            and counts.setdefault(topic.key, topic.partitions) != topic.partitions
        ):
            raise ValueError(f"{topic.name!r} needs as many partitions as others by {topic.key!r}")
