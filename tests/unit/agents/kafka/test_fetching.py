"""How the consumer connects, what it fetches, and when that counts."""

from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError
from faust.transport.drivers import aiokafka as driver

from agents.kafka.transport import ConsumerThread, QuietConsumer


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


async def test_records_that_come_after_a_rebalance_began_are_not_delivered(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Faust would begin an assignment there, in the middle of the one that is due."""
    consumer = QuietConsumer.__new__(QuietConsumer)
    consumer.flow_active = True

    async def fetch(self: Any, timeout: float) -> tuple[dict[str, list[str]], set[str]]:  # noqa: ASYNC109
        self.flow_active = timeout < 1
        return {"partition": ["record"]}, {"partition"}

    monkeypatch.setattr(driver.Consumer, "_wait_next_records", fetch)
    assert await consumer._wait_next_records(0.5) == ({"partition": ["record"]}, {"partition"})
    assert await consumer._wait_next_records(1.0) == (None, {"partition"})
