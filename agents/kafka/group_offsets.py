"""Offsets of consumer groups: where a group stands, and moving it while nobody is in it."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from confluent_kafka import ConsumerGroupTopicPartitions, IsolationLevel, KafkaError
from confluent_kafka import TopicPartition as KafkaPartition
from confluent_kafka.admin import AdminClient, OffsetSpec

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable, PipelineError
from agents.kafka.offset_metadata import Committed, decode
from agents.kafka.topic_admin import DEADLINE_S, RESTARTING, asked

_NOTHING_SUCH = -1
_LOOK_AGAIN_S = 0.1


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupOffset:
    """Where a group stands in one partition; *committed* is None where it has not begun."""

    partition: Partition
    begin: int
    end: int
    committed: Committed | None

    @property
    def lag(self) -> int:
        """Return the offsets between the committed one and the end."""
        begun = self.begin if self.committed is None else self.committed.offset
        return max(0, self.end - max(begun, self.begin))

    @property
    def beyond(self) -> int:
        """Return how many of these offsets are finished all the same."""
        return sum(end - begin for begin, end in self.committed.beyond) if self.committed else 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where to move a group: to one of these, and else to the latest offset."""

    earliest: bool = False
    offset: int | None = None
    at: datetime | None = None


class GroupOffsets:
    """Asks and tells the brokers about the offsets of groups.

    Every method raises DependencyUnavailable where the brokers do not answer, and SettingsError
    where they refuse. *client* are librdkafka's settings.
    """

    def __init__(self, client: Mapping[str, object]) -> None:
        self._admin = AdminClient(dict(client))

    def partitions(self, topics: Collection[str]) -> tuple[Partition, ...]:
        """Return the partitions of those of *topics* that exist."""
        found = asked(lambda: self._admin.list_topics(timeout=DEADLINE_S)).topics
        return tuple(
            Partition(topic, number)
            for topic in topics
            if topic in found
            for number in sorted(found[topic].partitions)
        )

    def committed(
        self, group: str, partitions: Collection[Partition]
    ) -> dict[Partition, Committed]:
        """Return what *group* has committed; partitions where it has not are left out."""
        if not partitions:
            return {}
        places = [KafkaPartition(*partition) for partition in partitions]
        request = ConsumerGroupTopicPartitions(group, places)
        return {
            Partition(place.topic, place.partition): decode(place.offset, place.metadata)
            for place in self._stable(request).topic_partitions
            if place.offset >= 0
        }

    def wait_until_over(self, group: str, partitions: Collection[Partition], topic: str) -> None:
        """Return once what *group* has committed and what is in *topic* by now is seen by readers.

        Brokers answer a commit before they have written the ends of the transaction.
        """
        until = time.monotonic() + DEADLINE_S
        self.committed(group, partitions)
        places = self.partitions([topic])
        ends = self._offsets(places, OffsetSpec.latest(), IsolationLevel.READ_UNCOMMITTED)
        while any(
            seen < ends[place] for place, seen in self._offsets(places, OffsetSpec.latest()).items()
        ):
            _look_again(until)

    def show(self, group: str, topics: Collection[str]) -> tuple[GroupOffset, ...]:
        """Return where *group* stands in each partition of *topics*."""
        partitions = self.partitions(topics)
        committed = self.committed(group, partitions)
        begins = self._offsets(partitions, OffsetSpec.earliest())
        ends = self._offsets(partitions, OffsetSpec.latest())
        return tuple(
            GroupOffset(
                partition=partition,
                begin=begins[partition],
                end=ends[partition],
                committed=committed.get(partition),
            )
            for partition in partitions
        )

    def members(self, group: str) -> int:
        """Return how many members are in *group*."""
        answers = asked(
            lambda: self._admin.describe_consumer_groups([group], request_timeout=DEADLINE_S)
        )
        described = asked(answers[group].result, KafkaError.GROUP_ID_NOT_FOUND)
        return 0 if described is None else len(described.members)

    def since(self, partitions: Collection[Partition], at: datetime) -> dict[Partition, int]:
        """Return the first offsets of records written at *at* or later; the ends where none is."""
        spec = OffsetSpec.for_timestamp(round(at.timestamp() * 1000))
        found = self._offsets(partitions, spec)
        ends = self._offsets(partitions, OffsetSpec.latest())
        return {
            place: ends[place] if offset == _NOTHING_SUCH else offset
            for place, offset in found.items()
        }

    def targets(self, offsets: Collection[GroupOffset], target: Target) -> dict[Partition, int]:
        """Return the offset in each partition that *target* means, within what there is."""
        if target.at is not None:
            return self.since([one.partition for one in offsets], target.at)
        if target.earliest:
            return {one.partition: one.begin for one in offsets}
        wanted = target.offset
        return {
            one.partition: one.end if wanted is None else min(max(wanted, one.begin), one.end)
            for one in offsets
        }

    def reset(self, group: str, offsets: Mapping[Partition, int]) -> None:
        """Move *group* to *offsets*, so that everything from there on is worked on again.

        Raises:
            PipelineError: the group has members, who would go on where they are.

        """
        members = self.members(group)
        if members:
            raise PipelineError(f"{group!r} has {members} active members: stop its workers first")
        places = [KafkaPartition(*place, offset) for place, offset in offsets.items()]
        request = ConsumerGroupTopicPartitions(group, places)
        answers = asked(
            lambda: self._admin.alter_consumer_group_offsets([request], request_timeout=DEADLINE_S)
        )
        for place in asked(answers[group].result).topic_partitions:
            if place.error is not None:
                raise PipelineError(f"{place.topic}/{place.partition}: {place.error.str()}")

    def delete_before(self, offsets: Mapping[Partition, int]) -> None:
        """Delete the records below *offsets*."""
        places = [KafkaPartition(*place, offset) for place, offset in offsets.items()]
        if places:
            answers = asked(lambda: self._admin.delete_records(places, request_timeout=DEADLINE_S))
            for answer in answers.values():
                asked(answer.result)

    def _offsets(
        self,
        partitions: Collection[Partition],
        spec: Any,
        isolation: IsolationLevel = IsolationLevel.READ_COMMITTED,
    ) -> dict[Partition, int]:
        """Return offsets as a reader sees them, by default one of committed records."""
        if not partitions:
            return {}
        wanted = {KafkaPartition(*partition): spec for partition in partitions}
        answers = asked(
            lambda: self._admin.list_offsets(
                wanted, isolation_level=isolation, request_timeout=DEADLINE_S
            )
        )
        return {
            Partition(place.topic, place.partition): asked(answer.result).offset
            for place, answer in answers.items()
        }

    def _stable(self, request: Any) -> Any:
        """Return committed offsets once no transaction is about to change them."""
        until = time.monotonic() + DEADLINE_S
        while True:
            answers = asked(
                lambda: self._admin.list_consumer_group_offsets(
                    [request], require_stable=True, request_timeout=DEADLINE_S
                )
            )
            found = asked(
                answers[request.group_id].result, KafkaError.UNSTABLE_OFFSET_COMMIT, *RESTARTING
            )
            if found is not None and not any(_unstable(one) for one in found.topic_partitions):
                return found
            _look_again(until)


def _look_again(until: float) -> None:
    """Pause until the brokers are asked again whether a transaction is over."""
    if time.monotonic() > until:
        raise DependencyUnavailable(
            "kafka", "a transaction hangs: start the worker, or repeat the redrive, that made it"
        )
    time.sleep(_LOOK_AGAIN_S)


def _unstable(place: Any) -> bool:
    return place.error is not None and place.error.code() == KafkaError.UNSTABLE_OFFSET_COMMIT
