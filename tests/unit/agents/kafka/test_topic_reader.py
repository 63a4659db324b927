"""Reading topics without a group."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

import pytest
from confluent_kafka import KafkaError, KafkaException, TopicPartition

from agents.delivery.record import Partition, Record
from agents.errors import DependencyUnavailable
from agents.kafka.topic_reader import TopicReader

EOF_CODE = KafkaError._PARTITION_EOF


class FakeMessage:
    """librdkafka's message: a record, or an error in its place."""

    def __init__(self, offset: int, partition: int = 0, *, error: int | None = None) -> None:
        self._offset, self._partition, self._error = offset, partition, error

    def __len__(self) -> int:
        return 0  # the value's, as librdkafka's has it: one that has none is false

    def topic(self) -> str:
        return "t"

    def partition(self) -> int:
        return self._partition

    def offset(self) -> int:
        return self._offset

    def error(self) -> KafkaError | None:
        return None if self._error is None else KafkaError(self._error)

    def timestamp(self) -> tuple[int, int]:
        return 1, 1_000 + self._offset

    def key(self) -> bytes:
        return b"k"

    def value(self) -> bytes:
        return b"v"

    def headers(self) -> None:
        return None


class FakeConsumer:
    """librdkafka's consumer over scripted batches."""

    batches: list[Sequence[FakeMessage]]
    partitions: tuple[int, ...] = (1, 0)
    last: "FakeConsumer"
    broken: str = ""

    def __init__(self, settings: dict[str, Any]) -> None:
        self.settings = settings
        self.assigned: list[tuple[str, int, int]] = []
        self.closed = False
        self.fetched: Sequence[FakeMessage] = ()
        type(self).last = self

    def list_topics(self, topic: str, **_: Any) -> Any:
        if self.broken == "metadata":
            raise KafkaException(KafkaError(KafkaError._TRANSPORT))
        unknown = KafkaError(KafkaError.UNKNOWN_TOPIC_OR_PART)
        found = SimpleNamespace(
            partitions=dict.fromkeys(self.partitions),
            error=unknown if self.broken == "topic" else None,
        )
        return SimpleNamespace(topics={topic: found})

    def get_watermark_offsets(self, _tp: TopicPartition, **_: Any) -> tuple[int, int]:
        if self.broken == "offsets":
            raise KafkaException(KafkaError(KafkaError._TIMED_OUT))
        return 3, 7

    def assign(self, tps: Sequence[TopicPartition]) -> None:
        self.assigned = [(tp.topic, tp.partition, tp.offset) for tp in tps]

    def incremental_assign(self, tps: Sequence[TopicPartition]) -> None:
        self.assigned += [(tp.topic, tp.partition, tp.offset) for tp in tps]

    def poll(self, _timeout_s: float) -> FakeMessage | None:
        batch = self.batches.pop(0) if self.batches else []
        self.fetched = batch[1:]
        return batch[0] if batch else None

    def consume(self, _count: int, timeout_s: float) -> Sequence[FakeMessage]:
        assert timeout_s == 0  # it would wait for all of them
        return self.fetched

    def close(self) -> None:
        self.closed = True


@pytest.fixture(autouse=True)
def consumer(monkeypatch: pytest.MonkeyPatch) -> type[FakeConsumer]:
    FakeConsumer.batches = []
    monkeypatch.setattr("agents.kafka.topic_reader.Consumer", FakeConsumer)
    return FakeConsumer


def the_end(partition: int) -> FakeMessage:
    return FakeMessage(7, partition, error=EOF_CODE)


def test_everything_is_read_up_to_the_end_of_every_partition() -> None:
    FakeConsumer.batches = [
        [FakeMessage(3), the_end(1)],
        [],
        [FakeMessage(4), the_end(0)],
        [FakeMessage(9)],
    ]
    with TopicReader({}, ["t"]) as reader:
        assert [record.offset for record in reader.read_to_end()] == [3, 4]
    assert FakeConsumer.last.assigned == [("t", 0, 3), ("t", 1, 3)]
    assert FakeConsumer.last.closed


def test_following_begins_where_the_topics_ended() -> None:
    FakeConsumer.batches = [[FakeMessage(7)]]
    with TopicReader({}, ["t"]) as reader:
        reader.follow()
        assert reader.poll() == [
            Record(partition=Partition("t", 0), offset=7, timestamp_ms=1_007, key=b"k", value=b"v")
        ]
        assert reader.poll() == []
    assert FakeConsumer.last.assigned == [("t", 0, 7), ("t", 1, 7)]


def test_reading_from_the_beginning_goes_on_behind_what_was_there() -> None:
    FakeConsumer.batches = [[FakeMessage(3), the_end(1)], [FakeMessage(6)], [FakeMessage(7)]]
    with TopicReader({}, ["t"]) as reader:
        reader.begin()
        seen = [([one.offset for one in reader.poll()], reader.caught_up) for _ in range(3)]
    assert seen == [([3], False), ([6], True), ([7], True)]
    assert FakeConsumer.last.assigned == [("t", 0, 3), ("t", 1, 3)]


def test_partitions_that_were_added_are_read_beside_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with TopicReader({}, ["t"]) as reader:
        reader.begin()
        assert not reader.take_added()
        monkeypatch.setattr(FakeConsumer, "partitions", (0, 1, 2))
        assert reader.take_added()
        FakeConsumer.batches = [[FakeMessage(3, 2)]]
        assert [one.partition for one in reader.poll()] == [Partition("t", 2)]
    assert FakeConsumer.last.assigned == [("t", 0, 3), ("t", 1, 3), ("t", 2, 3)]


def test_only_what_is_committed_is_read_and_nothing_is_committed() -> None:
    TopicReader({"bootstrap.servers": "a:1"}, ["t"]).close()
    settings = FakeConsumer.last.settings
    assert settings["bootstrap.servers"] == "a:1"
    assert settings["isolation.level"] == "read_committed"
    assert settings["enable.auto.commit"] is False


def test_what_the_client_mends_by_itself_is_no_news() -> None:
    FakeConsumer.batches = [[FakeMessage(0, error=KafkaError._TRANSPORT)]]
    with TopicReader({}, ["t"]) as reader:
        assert reader.poll() == []


@pytest.mark.parametrize("broken", ["metadata", "topic", "offsets"])
def test_a_broker_without_an_answer_is_unavailable(
    broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FakeConsumer, "broken", broken)
    with pytest.raises(DependencyUnavailable) as caught:
        TopicReader({}, ["t"])
    assert (caught.value.dependency, FakeConsumer.last.closed) == ("kafka", True)
    assert ("`daybook topics apply`" in str(caught.value)) is (broken == "topic")
