"""One worker process: starts a stage's app, watches over it, and ends it in bounded time."""

import asyncio
import os
import signal
import threading
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import structlog

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

    app: App
    delivery: Delivery
    failed: asyncio.Future[None]
    """Holds the error of work that must never fail."""
    health: Health
    drain_s: float
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
        waiting: set[asyncio.Future[Any]] = {start, crashed, stopped, self.failed}
        while not stop.is_set():
            done, waiting = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
            if start in done:
                start.result()
                log.info("started", group=self.app.conf.id)
            if self.failed in done:
                self.failed.result()
            if crashed in done:
                raise self.app.crash_reason or RuntimeError("the Faust app crashed")
        for future in (start, crashed, stopped):
            future.cancel()
            with suppress(asyncio.CancelledError):
                await future

    async def _drain(self) -> None:
        left = await self.delivery.drain(self.drain_s)
        log.info("drained", unfinished=left)


def stop_signal() -> asyncio.Event:
    """Return what SIGTERM and SIGINT set; a second SIGINT ends the process at once."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def on_interrupt() -> None:
        if stop.is_set():
            os._exit(128 + signal.SIGINT)
        stop.set()

    loop.add_signal_handler(signal.SIGINT, on_interrupt)
    loop.add_signal_handler(signal.SIGTERM, stop.set)
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
