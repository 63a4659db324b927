"""Publishing through aiokafka: durable, or known not to be."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import KafkaConnectionError, KafkaTimeoutError

from agents.delivery.record import Output
from agents.errors import DependencyUnavailable
from agents.kafka.output_log import UNSENT_MAX, OutputLog
from tests.support.waiting import until


class FakeProducer:
    """aiokafka's producer, as far as we use it; *broken* says what of it fails."""

    made: list["FakeProducer"]
    broken: set[str]

    def __init__(self, **settings: Any) -> None:
        self.settings = settings
        self.sent: list[tuple[Any, ...]] = []
        self.stopped = False
        self.made.append(self)

    async def start(self) -> None:
        if "start" in self.broken:
            raise KafkaConnectionError

    async def stop(self) -> None:
        self.stopped = True
        if "stop" in self.broken:
            raise KafkaTimeoutError

    async def send(self, topic: str, **record: Any) -> asyncio.Future[None]:
        self.sent.append((topic, *record.values()))
        future = asyncio.get_running_loop().create_future()
        if "answer" in self.broken:
            future.set_exception(KafkaTimeoutError())
        elif "silence" not in self.broken:
            future.set_result(None)
        return future


@pytest.fixture(autouse=True)
def producers(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeProducer.made, FakeProducer.broken = [], set()
    monkeypatch.setattr("aiokafka.AIOKafkaProducer", FakeProducer)


def an_output(value: bytes = b"v") -> Output:
    return Output(topic="t", key=b"k", value=value, headers=(("h", b"1"), ("h", None)))


def a_log() -> OutputLog:
    return OutputLog({"bootstrap_servers": "a:1"}, max_request_bytes=1000)


async def test_outputs_are_sent_as_they_are_in_their_order() -> None:
    log = a_log()
    await log.append([an_output(b"1"), an_output(b"2")])
    headers = [("h", b"1"), ("h", None)]
    (producer,) = FakeProducer.made
    assert producer.sent == [("t", b"k", b"1", headers), ("t", b"k", b"2", headers)]


async def test_the_producer_is_idempotent_and_waits_for_all_replicas() -> None:
    await a_log().append([])
    settings = FakeProducer.made[0].settings
    assert (settings["acks"], settings["enable_idempotence"]) == ("all", True)
    assert settings["max_request_size"] == 1000


async def test_one_producer_serves_many_calls() -> None:
    log = a_log()
    await asyncio.gather(*(log.append([an_output()]) for _ in range(5)))
    assert [len(producer.sent) for producer in FakeProducer.made] == [5]


@pytest.mark.parametrize("broken", ["start", "answer"])
async def test_a_broken_producer_is_replaced(broken: str) -> None:
    log = a_log()
    FakeProducer.broken = {broken}
    with pytest.raises(DependencyUnavailable, match="cannot publish") as caught:
        await log.append([an_output()])
    assert caught.value.dependency == "kafka"
    FakeProducer.broken = set()
    await log.append([an_output()])
    assert [(one.stopped, len(one.sent)) for one in FakeProducer.made[1:]] == [(False, 1)]
    assert FakeProducer.made[0].stopped


async def test_a_producer_that_cannot_even_stop_is_replaced_all_the_same() -> None:
    log = a_log()
    FakeProducer.broken = {"answer", "stop"}
    with pytest.raises(DependencyUnavailable):
        await log.append([an_output()])
    FakeProducer.broken = set()
    await log.append([an_output()])
    assert len(FakeProducer.made) == 2


async def test_progress_is_sent_without_waiting() -> None:
    log = a_log()
    log.append_soon(an_output(b"1"))
    await until(lambda: FakeProducer.made and FakeProducer.made[0].sent)
    await log.close()
    assert FakeProducer.made[0].stopped


async def test_progress_that_cannot_be_sent_is_dropped() -> None:
    log = a_log()
    FakeProducer.broken = {"answer"}
    log.append_soon(an_output())
    await until(lambda: FakeProducer.made and FakeProducer.made[0].stopped)
    await log.close()


async def test_of_a_broker_that_lags_only_so_much_progress_waits() -> None:
    log = a_log()
    FakeProducer.broken = {"silence"}
    for _ in range(UNSENT_MAX + 50):
        log.append_soon(an_output())
    await until(lambda: FakeProducer.made and len(FakeProducer.made[0].sent) == UNSENT_MAX)
    assert len(FakeProducer.made[0].sent) == UNSENT_MAX
    FakeProducer.broken = set()


async def test_a_log_never_used_closes() -> None:
    await a_log().close()
    assert FakeProducer.made == []
