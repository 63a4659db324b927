"""How the consumer connects, what it fetches, and when that counts."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers import aiokafka as driver
from faust.types import TP

from agents.kafka.consumer_thread import ConsumerThread, Fetched
from agents.kafka.transport import QuietConsumer

PLACES = [TP("audio.received", 0), TP("audio.received", 1)]


class DisconnectedThread(ConsumerThread):
    """A thread without its loop and its client."""

    should_stop = False

    def __init__(self) -> None:
        self.slept = 0
        self.stopped = 0

    async def sleep(self, _seconds: float) -> None:
        self.slept += 1

    async def stop(self) -> None:
        self.stopped += 1

    def _ensure_consumer(self) -> "DisconnectedThread":
        return self


async def test_brokers_that_went_away_after_the_first_look_are_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    thread = DisconnectedThread()

    async def connect(_self: Any) -> None:
        if thread.slept < 2:
            raise KafkaConnectionError

    monkeypatch.setattr(driver.AIOKafkaConsumerThread, "on_start", connect)
    await thread.on_start()
    assert (thread.slept, thread.stopped) == (2, 2)


def a_fetched_record(offset: int) -> Any:
    return SimpleNamespace(
        offset=offset, timestamp=1, timestamp_type=0, key=None, value=b"v", headers=()
    )


async def fetched(
    monkeypatch: pytest.MonkeyPatch, *, rebalancing: bool, epoch_after: int | None = 3
) -> list[tuple[Any, list[int]]]:
    """Return what is yielded of two records in each of two partitions."""
    consumer = QuietConsumer.__new__(QuietConsumer)
    consumer.flow_active = True
    consumer.app = SimpleNamespace(consumer_generation_id=1)
    consumer.epoch = 3
    consumer._buffered_partitions = set()
    monkeypatch.setattr(QuietConsumer, "should_stop", False)

    async def fetch(self: Any, *_timeout: float) -> Any:
        self.flow_active = not rebalancing
        records = {tp: [a_fetched_record(0), a_fetched_record(1)] for tp in PLACES}
        return Fetched(3, records), set(PLACES)

    monkeypatch.setattr(driver.Consumer, "_wait_next_records", fetch)
    found = []
    async for tp, bundle in consumer.getmany(1.0):
        found.append((tp, [record.offset for record in bundle.records]))
        consumer.epoch = epoch_after
    return found


async def test_the_records_of_a_partition_come_as_one_message(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await fetched(monkeypatch, rebalancing=False)
    assert found == [(PLACES[0], [0, 1]), (PLACES[1], [0, 1])]


async def test_records_that_come_after_a_rebalance_began_are_not_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faust would begin an assignment there, in the middle of the one that is due."""
    assert await fetched(monkeypatch, rebalancing=True) == []


async def test_what_is_left_of_a_fetch_ends_with_its_assignment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = await fetched(monkeypatch, rebalancing=False, epoch_after=None)
    assert found == [(PLACES[0], [0, 1])]
