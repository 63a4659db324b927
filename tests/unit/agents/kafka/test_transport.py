"""What of Faust's transport is ours, over fakes of what it stands on."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError
from aiokafka.structs import OffsetAndMetadata

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.kafka.transport import ConsumerThread, QuietConsumer

FIRST, SECOND = TopicPartition("audio.received", 0), TopicPartition("audio.received", 1)


class FakeAioConsumer:
    """aiokafka's consumer: two partitions, the first with a committed offset."""

    def __init__(self) -> None:
        self.commits: list[dict[TopicPartition, OffsetAndMetadata]] = []
        self.seeks: list[tuple[TopicPartition, int]] = []
        self.error: Exception | None = None
        self._coordinator = self
        self._fetcher = SimpleNamespace(seek_to=lambda tp, offset: self.seeks.append((tp, offset)))

    def assignment(self) -> frozenset[TopicPartition]:
        return frozenset({FIRST, SECOND})

    async def fetch_committed_offsets(
        self, _tps: frozenset[TopicPartition]
    ) -> dict[TopicPartition, OffsetAndMetadata]:
        return {FIRST: OffsetAndMetadata(7, "")}

    async def commit(self, offsets: dict[TopicPartition, OffsetAndMetadata]) -> None:
        if self.error is not None:
            raise self.error
        self.commits.append(offsets)


class FakeThread:
    """The thread that fetches, without one."""

    def __init__(self) -> None:
        self.committed_positions: list[Any] = []

    async def committed(self) -> dict[Partition, int | None]:
        return {Partition(*FIRST): 7, Partition(*SECOND): None}

    async def commit_positions(self, positions: Any) -> None:
        self.committed_positions.append(positions)


@pytest.fixture
def thread(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the thread's object, whose calls run here and now."""

    async def call_here(_thread: Any, method: Any, *args: Any) -> Any:
        return await method(*args)

    monkeypatch.setattr(ConsumerThread, "call_thread", call_here)
    thread: Any = ConsumerThread.__new__(ConsumerThread)
    thread._consumer = FakeAioConsumer()
    monkeypatch.setattr(ConsumerThread, "_ensure_consumer", lambda self: self._consumer)
    return thread


@pytest.fixture
def consumer() -> Any:
    consumer: Any = QuietConsumer.__new__(QuietConsumer)
    consumer._thread = FakeThread()
    consumer._unacked_messages = set()
    return consumer


async def test_every_partition_is_sought_to_where_the_group_has_committed(thread: Any) -> None:
    assert await thread.committed() == {Partition(*FIRST): 7, Partition(*SECOND): None}
    assert thread._consumer.seeks == [(FIRST, 7)]


async def test_only_partitions_that_are_held_are_committed(thread: Any) -> None:
    gone = Partition("audio.received", 9)
    await thread.commit_positions({Partition(*FIRST): 8, gone: 3})
    await thread.commit_positions({gone: 4})
    assert thread._consumer.commits == [{FIRST: OffsetAndMetadata(8, "")}]


async def test_a_commit_without_an_answer_is_unavailable(thread: Any) -> None:
    thread._consumer.error = CommitFailedError("rebalance")
    with pytest.raises(DependencyUnavailable, match="cannot commit") as caught:
        await thread.commit_positions({Partition(*FIRST): 8})
    assert caught.value.dependency == "kafka"


async def test_an_assignment_begins_before_its_records_flow(consumer: Any) -> None:
    begun: list[Any] = []

    async def begin(committed: Any) -> None:
        begun.append(committed)

    consumer.on_assigned = begin
    positions = await consumer.seek_to_committed()
    assert begun == [{Partition(*FIRST): 7, Partition(*SECOND): None}]
    assert {tuple(tp): offset for tp, offset in positions.items()} == {
        tuple(FIRST): 7,
        tuple(SECOND): -1,
    }


async def test_an_acknowledgement_of_fausts_commits_nothing(consumer: Any) -> None:
    consumer._new_offset(FIRST)
    await consumer._add_gap(FIRST, 0, 3)
    assert await consumer._commit({FIRST: 4}) is True
    assert consumer._thread.committed_positions == []


async def test_a_message_is_let_go_of_when_faust_has_done_with_it(consumer: Any) -> None:
    class Message:
        acked = False

    message = Message()
    consumer._unacked_messages.add(message)
    assert consumer.ack(message) is True
    assert (message.acked, consumer._unacked_messages) == (True, set())


async def test_our_commits_go_through(consumer: Any) -> None:
    await consumer.commit_positions({Partition(*FIRST): 8})
    assert consumer._thread.committed_positions == [{Partition(*FIRST): 8}]
