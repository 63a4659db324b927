"""One worker from its start to its end, over a fake of Faust's app."""

import asyncio
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import pytest
from structlog.testing import capture_logs

from agents.health import Health
from agents.kafka import worker as worker_module
from agents.kafka.worker import Worker
from tests.support.waiting import until


class FakeApp:
    """Faust's app: drains when it stops, as ours does; *error* is how its start ends."""

    drain: Callable[[], Awaitable[None]]

    def __init__(self, error: Exception | None = None) -> None:
        self.conf = SimpleNamespace(id="daybook.test")
        self.crash_reason: Exception | None = None
        self.events: list[str] = []
        self._crashed = asyncio.Event()
        self._error = error

    async def start(self) -> None:
        self.events.append("start")
        if self._error is not None:
            raise self._error

    async def stop(self) -> None:
        await self.drain()
        self.events.append("stop")

    def crash(self, reason: Exception | None) -> None:
        self.crash_reason = reason
        self._crashed.set()


class FakeDelivery:
    """Notes how long it is given to drain."""

    def __init__(self) -> None:
        self.drained: list[float] = []

    async def admit(self) -> None: ...

    def dismiss(self) -> None: ...

    def deliver(self, record: Any) -> None: ...

    async def drain(self, grace_s: float) -> int:
        self.drained.append(grace_s)
        return 0


def a_worker(app: FakeApp, delivery: FakeDelivery | None = None) -> Worker:
    async def close() -> None:
        app.events.append("close")

    async def watch() -> None:
        await asyncio.Event().wait()

    return Worker(
        stage="transcriber",
        app=app,  # type: ignore[arg-type]  # Faust's own class, faked
        delivery=delivery or FakeDelivery(),
        failed=asyncio.get_running_loop().create_future(),
        health=Health(),
        drain_s=7.0,
        watch=watch,
        close=close,
    )


async def test_a_worker_told_to_stop_drains_and_ends() -> None:
    app, delivery, stop = FakeApp(), FakeDelivery(), asyncio.Event()
    worker = a_worker(app, delivery)
    running = asyncio.ensure_future(worker.run(stop))
    await until(lambda: app.events)
    stop.set()
    await asyncio.wait_for(running, 10)
    assert (app.events, delivery.drained) == (["start", "stop", "close"], [7.0])
    assert worker.health.facts()["stopping"] is True


async def test_work_that_must_never_fail_ends_the_worker() -> None:
    app = FakeApp()
    worker = a_worker(app)
    running = asyncio.ensure_future(worker.run(asyncio.Event()))
    await until(lambda: app.events)
    worker.failed.set_exception(RuntimeError("bug"))
    with pytest.raises(RuntimeError, match="bug"):
        await asyncio.wait_for(running, 10)
    assert app.events == ["start", "stop", "close"]


@pytest.mark.parametrize("reason", [KeyError("coordinator"), None])
async def test_a_crash_of_the_app_ends_the_worker(reason: Exception | None) -> None:
    app = FakeApp()
    running = asyncio.ensure_future(a_worker(app).run(asyncio.Event()))
    await until(lambda: app.events)
    app.crash(reason)
    with pytest.raises(type(reason) if reason else RuntimeError):
        await asyncio.wait_for(running, 10)
    assert app.events == ["start", "stop", "close"]


async def test_a_start_that_fails_ends_the_worker() -> None:
    app = FakeApp(OSError("no route"))
    with pytest.raises(OSError, match="no route"):
        await asyncio.wait_for(a_worker(app).run(asyncio.Event()), 10)
    assert app.events == ["start", "stop", "close"]


@pytest.mark.parametrize(("clean", "code"), [(True, 0), (False, 1)])
async def test_an_end_that_hangs_is_cut_short(
    monkeypatch: pytest.MonkeyPatch, *, clean: bool, code: int
) -> None:
    codes: list[int] = []
    monkeypatch.setattr("agents.kafka.worker.os._exit", codes.append)
    with capture_logs() as logged:
        worker_module._end_process_after(0, clean=clean)
        await until(lambda: codes)
    assert codes == [code]
    assert logged == [{"event": "ended-by-force", "after_s": 0, "log_level": "error"}]


async def test_an_orderly_end_calls_the_watchdog_off(monkeypatch: pytest.MonkeyPatch) -> None:
    timers: list[Any] = []
    original = worker_module._end_process_after

    def watched(seconds: float, *, clean: bool) -> Any:
        timers.append(original(seconds, clean=clean))
        return timers[-1]

    monkeypatch.setattr(worker_module, "_end_process_after", watched)
    stop = asyncio.Event()
    stop.set()
    await asyncio.wait_for(a_worker(FakeApp()).run(stop), 10)
    assert [(timer.interval, timer.finished.is_set()) for timer in timers] == [(17.0, True)]
