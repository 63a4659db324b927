"""Progress is published when that is possible, and nobody waits for it."""

import asyncio
from typing import Any

import pytest
from aiokafka.errors import IllegalOperation, KafkaConnectionError, KafkaTimeoutError

from agents.delivery.record import Output
from agents.kafka.output_log import UNSENT_MAX, OutputLog
from tests.support.waiting import until


class FakeProducer:
    """aiokafka's producer, as far as we use it; *broken* says what of it fails."""

    made: list["FakeProducer"]
    broken: set[str]
    error: Exception

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
        if "end" in self.broken:
            await asyncio.Event().wait()

    async def send(self, topic: str, **record: Any) -> asyncio.Future[None]:
        if "send" in self.broken:
            raise self.error
        self.sent.append((topic, *record.values()))
        future = asyncio.get_running_loop().create_future()
        if "answer" in self.broken:
            future.set_exception(self.error)
        elif "silence" not in self.broken:
            future.set_result(None)
        return future


@pytest.fixture(autouse=True)
def producers(monkeypatch: pytest.MonkeyPatch) -> None:
    FakeProducer.made, FakeProducer.broken = [], set()
    FakeProducer.error = KafkaTimeoutError()
    monkeypatch.setattr("aiokafka.AIOKafkaProducer", FakeProducer)
    monkeypatch.setattr("agents.kafka.output_log.STOP_S", 0.01)


def an_output(value: bytes = b"v") -> Output:
    return Output(topic="t", key=b"k", value=value, headers=(("h", b"1"), ("h", None)))


def a_log() -> OutputLog:
    return OutputLog({"bootstrap_servers": "a:1"}, max_request_bytes=1000)


async def sent(log: OutputLog, *outputs: Output) -> None:
    """Send *outputs*, and return once their outcome is known."""
    for output in outputs:
        log.append_soon(output)
    await until(lambda: not log._unsent)


async def test_progress_is_sent_as_it_is_in_its_order() -> None:
    await sent(a_log(), an_output(b"1"), an_output(b"2"))
    headers = [("h", b"1"), ("h", None)]
    (producer,) = FakeProducer.made
    assert producer.sent == [("t", b"k", b"1", headers), ("t", b"k", b"2", headers)]


async def test_the_producer_is_idempotent_and_waits_for_all_replicas() -> None:
    await sent(a_log(), an_output())
    settings = FakeProducer.made[0].settings
    assert (settings["acks"], settings["enable_idempotence"]) == ("all", True)
    assert settings["max_request_size"] == 1000


@pytest.mark.parametrize(
    "broken",
    [{"start"}, {"start", "stop"}, {"start", "end"}, {"answer"}, {"answer", "stop"}],
)
async def test_a_broken_producer_is_replaced(broken: set[str]) -> None:
    log = a_log()
    FakeProducer.broken = broken
    await sent(log, an_output())
    FakeProducer.broken = set()
    await sent(log, an_output())
    first, second = FakeProducer.made
    assert (first.stopped, second.stopped, len(second.sent)) == (True, False, 1)


@pytest.mark.parametrize("broken", [{"send"}, {"answer"}])
@pytest.mark.parametrize(
    "error", [AssertionError(), KeyError("batch"), IllegalOperation(), TimeoutError()]
)
async def test_a_producer_is_replaced_whatever_it_raises(
    error: Exception, broken: set[str]
) -> None:
    log = a_log()
    FakeProducer.broken, FakeProducer.error = broken, error
    await sent(log, an_output())
    FakeProducer.broken = set()
    await sent(log, an_output())
    first, second = FakeProducer.made
    assert (first.stopped, len(second.sent)) == (True, 1)


async def test_a_producer_that_never_ends_keeps_nobody_waiting() -> None:
    log = a_log()
    await sent(log, an_output())
    FakeProducer.broken = {"end"}
    async with asyncio.timeout(5):
        await log.close()
    assert FakeProducer.made[0].stopped


async def test_a_closed_log_stops_its_producer() -> None:
    log = a_log()
    log.append_soon(an_output())
    await until(lambda: FakeProducer.made and FakeProducer.made[0].sent)
    await log.close()
    assert FakeProducer.made[0].stopped


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
