"""One worker process: starts a stage's app, watches over it, and ends it in bounded time."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

from agents import metrics
from agents.delivery.delivery import Delivery
from agents.health import Health
from agents.kafka.app import App

log = structlog.get_logger()

STOP_MARGIN_S = 10.0
"""Time beyond the drain for leaving the group and closing connections, in seconds. What is still
open then is ended from outside of the loop: Faust can hang in its own shutdown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """A stage ready to run."""

    stage: str
    app: App
    delivery: Delivery
    failed: asyncio.Future[None]
    """Holds the error of work that must never fail."""
    health: Health
    drain_s: float
    watch: Callable[[], Coroutine[None, None, None]]
    """Runs as long as the worker, beside it."""
    close: Callable[[], Awaitable[None]]

    async def run(self, stop: asyncio.Event) -> None:
        """Work until *stop* is set, then finish what can be finished in time.

        Raises:
            Exception: whatever ended the worker otherwise.

        """
        self.app.drain = self._drain
        try:
            await self._run_until(stop)
        finally:
            self.health.stopping()
            watchdog = _end_process_after(self.drain_s + STOP_MARGIN_S, clean=stop.is_set())
            await self.app.stop()
            await self.close()
            watchdog.cancel()

    async def _run_until(self, stop: asyncio.Event) -> None:
        start = asyncio.ensure_future(self.app.start())
        crashed = asyncio.ensure_future(self.app._crashed.wait())  # noqa: SLF001 - mode has no other
        stopped = asyncio.ensure_future(stop.wait())
        watch = asyncio.ensure_future(self.watch())
        waiting: set[asyncio.Future[Any]] = {start, crashed, stopped, watch, self.failed}
        while not stop.is_set():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if start in done:
                start.result()
                log.info("started", group=self.app.conf.id)
            for part in (watch, self.failed):
                if part in done:
                    part.result()
            if crashed in done:
                raise self.app.crash_reason or RuntimeError("the Faust app crashed")
        for future in (start, crashed, stopped, watch):
            future.cancel()
            with suppress(asyncio.CancelledError):
                await future

    async def _drain(self) -> None:
        began = time.monotonic()
        left = await self.delivery.drain(self.drain_s)
        spent_s = time.monotonic() - began
        metrics.DRAIN_SECONDS.labels(self.stage).set(spent_s)
        log.info("drained", unfinished=left, after_s=round(spent_s, 1))


def stop_signal(drain_s: float) -> asyncio.Event:
    """Return what SIGTERM and SIGINT set; a second SIGINT ends the process at once.

    From the first signal on the process has *drain_s* and STOP_MARGIN_S to end, also where its loop
    is stuck: the handlers are Python's own, which run between any two steps of the main thread.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    told: list[int] = []

    def on_signal(number: int, _frame: object) -> None:
        if signal.SIGINT in told and number == signal.SIGINT:
            os._exit(128 + signal.SIGINT)
        if not told:
            _end_process_after(drain_s + STOP_MARGIN_S, clean=True)
        told.append(number)
        loop.call_soon_threadsafe(stop.set)

    signal.signal(signal.SIGINT, on_signal)
    signal.signal(signal.SIGTERM, on_signal)
    return stop


def _end_process_after(seconds: float, *, clean: bool) -> threading.Timer:
    """End the process from a thread, should the orderly end take longer than *seconds*."""

    def end() -> None:
        log.error("ended-by-force", after_s=seconds)
        os._exit(0 if clean else 1)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    return timer
