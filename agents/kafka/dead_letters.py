"""The dead letter topics of the brokers: what lies in them, and what is deleted from them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from agents.delivery.letter import Letter, read_letter
from agents.delivery.record import Partition
from agents.errors import SettingsError
from agents.kafka.group_offsets import GroupOffsets
from agents.kafka.offset_metadata import Committed
from agents.kafka.topic_reader import TopicReader
from topics.catalogue import Catalogue
from topics.topic import Topic


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetterTopic:
    """Where *group* puts what it cannot work on of *origin*, and how it gets it back."""

    name: str
    group: str
    origin: Topic
    redrive: Topic

    @property
    def position_group(self) -> str:
        """Return the group whose offsets say what has been handed back."""
        return f"daybook.redrive.{self.name}"


def dead_letter_topics(
    catalogue: Catalogue, *, group: str | None = None, topic: str | None = None
) -> tuple[DeadLetterTopic, ...]:
    """Return the catalogue's dead letter topics, of one group or of one topic.

    *topic* is the dead letter topic's own name or that of the topic that its records come from.

    Raises:
        SettingsError: there is no such topic.

    """
    known = (
        DeadLetterTopic(
            name=catalogue.dead_letter_topic(of, origin.name).name,
            group=of,
            origin=origin,
            redrive=catalogue.redrive_topic(of),
        )
        for of in catalogue.groups
        for origin in catalogue.inputs(of)
        if origin != catalogue.redrive_topic(of)
    )
    found = tuple(
        one
        for one in known
        if group in {None, one.group} and topic in {None, one.name, one.origin.name}
    )
    if not found:
        raise SettingsError(f"no dead letters are kept of group {group!r} and topic {topic!r}")
    return found


class DeadLetters:
    """Reads and purges dead letter topics.

    Every method raises DependencyUnavailable where the brokers do not answer, and SettingsError
    where they refuse. *client* are librdkafka's settings.
    """

    def __init__(self, client: Mapping[str, object]) -> None:
        self._client = client
        self._offsets = GroupOffsets(client)

    def read(self, topic: DeadLetterTopic) -> Iterator[Letter]:
        """Yield the letters of *topic*, each partition in its order."""
        with TopicReader(self._client, [topic.name]) as reader:
            handed_back = self._offsets.committed(topic.position_group, reader.partitions)
            for record in reader.read_to_end():
                so_far = handed_back.get(record.partition, Committed(0))
                yield read_letter(record, redriven=so_far.covers(record.offset))

    def until(self, topic: DeadLetterTopic, before: datetime | None) -> dict[Partition, int]:
        """Return the offsets below which everything was written before *before*.

        None is now. A partition is purged up to its first record that is not older.
        """
        if before is None:
            shown = self._offsets.show(topic.position_group, [topic.name])
            return {one.partition: one.end for one in shown}
        return self._offsets.since(self._offsets.partitions([topic.name]), before)

    def purge(self, until: Mapping[Partition, int]) -> None:
        """Delete the letters below the offsets *until*."""
        self._offsets.delete_before(until)


def below(letters: Iterable[Letter], until: Mapping[Partition, int]) -> Iterator[Letter]:
    """Yield those of *letters* that lie below the offsets *until*."""
    return (one for one in letters if one.record.offset < until.get(one.record.partition, 0))
