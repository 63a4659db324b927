"""The transcriber, put together: loads the speech models and tests them."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from agents.delivery.clock import SystemClock
from agents.kafka.host import WorkerHost
from agents.kafka.user_settings import open_user_settings
from agents.kafka.worker import Worker
from agents.transcriber import agent
from agents.transcriber.workbench import open_tested_workbench


@asynccontextmanager
async def worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the transcriber."""
    async with (
        open_user_settings(host) as wishes,
        open_tested_workbench(host.settings, SystemClock(), host.health) as bench,
    ):
        yield agent.create(host, bench=replace(bench, wishes=wishes.of))
