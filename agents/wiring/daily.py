"""The daily agent, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.daily import agent
from agents.daily.fold import DayBounds
from agents.kafka.host import WorkerHost
from agents.kafka.user_settings import open_user_settings
from agents.kafka.worker import Worker


@asynccontextmanager
async def worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the daily agent."""
    bounds = DayBounds(day_start=host.settings.day_start)
    async with open_user_settings(host) as wishes:
        yield agent.create(host, bounds=bounds, wishes=wishes.of)
