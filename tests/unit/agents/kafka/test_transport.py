"""What of Faust's transport is ours, over fakes of what it stands on."""

import asyncio
from collections.abc import Collection, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.consumer.fetcher import OffsetResetStrategy
from faust.transport.drivers import aiokafka as driver

from agents.delivery.gate import Gate
from agents.delivery.record import Partition
from agents.kafka.consumer_thread import ConsumerThread
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_state import Tail
from agents.kafka.transport import QuietConsumer
from tests.support.records import ELSEWHERE, HERE

GONE = Partition("audio.received", 9)
BESIDE = Partition("daybook.diarist.upgrade", 0)
PROGRESS = Committed(7, ((8, 9),))


class FakeAioConsumer:
    """aiokafka's consumer, coordinator and fetcher in one: two partitions, one with an offset."""

    def __init__(self) -> None:
        self.seeks: list[tuple[Any, ...]] = []
        self.rejoins = 0
        self.error: Exception | None = None
        self.position = SimpleNamespace(has_valid_position=True, position=7)
        self.closed = False
        self._coordinator = self._fetcher = self._client = self
        assignment = SimpleNamespace(
            tps=(TopicPartition(*HERE), TopicPartition(*ELSEWHERE)),
            state_value=lambda _tp: self.position,
        )
        self._subscription = SimpleNamespace(subscription=SimpleNamespace(assignment=assignment))

    def seek_to(self, *where: Any) -> None:
        self.seeks.append(where)

    def request_offset_reset(self, *where: Any) -> None:
        self.seeks.append(where)

    def request_rejoin(self) -> None:
        self.rejoins += 1

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def thread(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the thread's object, whose calls run here and now."""

    async def call_here(_thread: Any, method: Any, *args: Any) -> Any:
        return await method(*args)

    monkeypatch.setattr(ConsumerThread, "call_thread", call_here)
    thread: Any = ConsumerThread.__new__(ConsumerThread)
    thread._consumer = FakeAioConsumer()
    thread._tails, thread._epoch, thread._gate = {}, 0, None
    thread.thread_loop = SimpleNamespace(call_soon_threadsafe=lambda call: call())
    monkeypatch.setattr(ConsumerThread, "_ensure_consumer", lambda self: self._consumer)
    return thread


class FakeThread:
    """The thread that fetches, without one."""

    def __init__(self) -> None:
        self.seeks: list[Mapping[Partition, int | None]] = []

    async def seek_to(self, positions: Mapping[Partition, int | None]) -> int:
        self.seeks.append(positions)
        return len(self.seeks)


class Listener:
    """Reads what is committed, and notes for what."""

    def __init__(self) -> None:
        self.begun: list[Collection[Partition]] = []

    async def begin(
        self, partitions: Collection[Partition]
    ) -> Mapping[Partition, Committed | None]:
        self.begun.append(partitions)
        return {one: PROGRESS if one == HERE else None for one in partitions}


@pytest.fixture
def consumer(monkeypatch: pytest.MonkeyPatch) -> Any:
    async def no_sleep(_consumer: Any, _seconds: float) -> None: ...

    monkeypatch.setattr(QuietConsumer, "sleep", no_sleep)
    monkeypatch.setattr(QuietConsumer, "assignment", lambda _self: [HERE, ELSEWHERE])
    consumer: Any = QuietConsumer.__new__(QuietConsumer)
    consumer._thread = FakeThread()
    consumer._unacked_messages = set()
    consumer.listener = Listener()
    return consumer


async def test_fetches_that_are_cancelled_do_not_cancel_the_end(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cancelled(_thread: Any) -> None:
        raise asyncio.CancelledError

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "on_thread_stop", cancelled)
    await thread.on_thread_stop()
    assert thread._consumer.closed


async def test_every_held_partition_is_sought_and_a_new_one_from_its_beginning(thread: Any) -> None:
    await thread.seek_to({HERE: 7, ELSEWHERE: None, GONE: 3})
    first = OffsetResetStrategy.EARLIEST
    assert sorted(thread._consumer.seeks, key=str) == sorted(
        [(TopicPartition(*HERE), 7), ([TopicPartition(*ELSEWHERE)], first)], key=str
    )


async def test_without_an_assignment_nothing_is_sought(thread: Any) -> None:
    thread._consumer._subscription.subscription = None
    await thread.seek_to({HERE: 7})
    assert (thread._consumer.seeks, thread.tail(HERE)) == ([], None)


async def test_the_tail_lies_between_the_last_record_and_the_position(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(_self: Any, consumer: Any, _active: Any, **_limits: Any) -> Any:
        consumer.position.position = 12
        return {TopicPartition(*HERE): [SimpleNamespace(offset=offset) for offset in (7, 9)]}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    await thread.seek_to({HERE: 7})
    assert thread.tail(HERE) == Tail(after=7, position=7)
    await thread._fetch_records(thread._consumer, {HERE}, timeout=1.0)
    assert (thread.tail(HERE), thread.tail(ELSEWHERE)) == (Tail(after=10, position=12), None)


async def test_the_tail_of_a_partition_without_a_commit_is_known_once_its_begin_is(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At rest an empty log counts as read, too: its group shows no lag, rather than none known."""

    async def fetch(_self: Any, consumer: Any, _active: Any, **_limits: Any) -> Any:
        consumer.position.position = 3
        return {}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    await thread.seek_to({HERE: None})
    assert thread.tail(HERE) is None
    await thread._fetch_records(thread._consumer, {HERE}, timeout=1.0)
    assert thread.tail(HERE) == Tail(after=None, position=3)


async def test_a_position_that_is_not_known_moves_no_tail(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fetch(*_args: Any, **_limits: Any) -> Any:
        return {}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    await thread.seek_to({HERE: 7})
    thread._consumer.position = SimpleNamespace(has_valid_position=False)
    await thread._fetch_records(thread._consumer, {HERE})
    assert thread.tail(HERE) == Tail(after=7, position=7)


async def test_what_was_asked_for_before_a_seek_and_came_after_it_is_fetched_again(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its reader may know nothing of the seek: it would throw away what nobody fetches again."""

    async def fetch(*_args: Any, **_limits: Any) -> Any:
        await thread.seek_to({HERE: 7})
        return {TopicPartition(*HERE): [SimpleNamespace(offset=offset) for offset in (7, 8)]}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    assert await thread._fetch_records(thread._consumer, {HERE}) == {}
    assert thread._consumer.seeks == [(TopicPartition(*HERE), 7)] * 2
    assert thread.tail(HERE) == Tail(after=7, position=7)


async def test_the_group_is_asked_for_a_new_assignment(thread: Any, consumer: Any) -> None:
    consumer._thread = thread
    consumer.request_rejoin()
    assert thread._consumer.rejoins == 1


async def test_an_assignment_begins_before_its_records_flow(consumer: Any) -> None:
    positions = await consumer.seek_to_committed()
    assert consumer.listener.begun == [[HERE, ELSEWHERE]]
    assert consumer._thread.seeks == [{HERE: 7, ELSEWHERE: None}]
    assert consumer.epoch == 1
    assert {tuple(tp): offset for tp, offset in positions.items()} == {
        tuple(HERE): 7,
        tuple(ELSEWHERE): -1,
    }


async def test_an_acknowledgement_of_fausts_commits_nothing(consumer: Any) -> None:
    consumer._new_offset(HERE)
    await consumer._add_gap(HERE, 0, 3)
    assert await consumer._commit({HERE: 4}) is True


async def test_a_message_is_let_go_of_when_faust_has_done_with_it(consumer: Any) -> None:
    class Message:
        acked = False

    message = Message()
    consumer._unacked_messages.add(message)
    assert consumer.ack(message) is True
    assert (message.acked, consumer._unacked_messages) == (True, set())


@pytest.mark.parametrize(
    ("allowed", "asked_for"),
    [(0, ({HERE}, 500)), (2, ({HERE, BESIDE}, 2))],
)
async def test_a_gate_bounds_what_is_fetched_of_its_topics(
    thread: Any, monkeypatch: pytest.MonkeyPatch, allowed: int, asked_for: object
) -> None:
    asked: list[object] = []

    async def fetch(_self: Any, _consumer: Any, active: Any, *, max_records: int) -> Any:
        asked.append((active, max_records))
        return {tp: [SimpleNamespace(offset=5)] for tp in active}

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "_fetch_records", fetch)
    thread._gate = Gate([BESIDE.topic], lambda: allowed)
    await thread._fetch_records(thread._consumer, {HERE, BESIDE}, max_records=500)
    assert (asked, thread._gate.room()) == ([asked_for], max(0, allowed - 1))


async def test_nothing_is_fetched_where_all_is_held_back(
    thread: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    slept: list[float] = []

    async def sleep(_self: Any, seconds: float) -> None:
        slept.append(seconds)

    monkeypatch.setattr(ConsumerThread, "sleep", sleep)
    thread._gate = Gate([BESIDE.topic], lambda: 0)
    assert await thread._fetch_records(thread._consumer, {BESIDE}, max_records=500) == {}
    assert len(slept) == 1


async def test_a_new_assignment_opens_the_gate_for_what_was_thrown_away(thread: Any) -> None:
    thread._gate = Gate([BESIDE.topic], lambda: 1)
    thread._gate.let_in([(BESIDE, 5)])
    await thread.seek_to({HERE: 7})
    assert thread._gate.room() == 1
