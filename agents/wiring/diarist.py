"""The diarist, put together."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from agents.delivery.clock import SystemClock
from agents.diarist import agent
from agents.diarist.open_writers import open_writers
from agents.kafka.host import WorkerHost
from agents.kafka.user_settings import open_user_settings
from agents.kafka.worker import Worker
from agents.storage.configured import open_artefacts


@asynccontextmanager
async def worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the diarist."""
    async with (
        open_user_settings(host) as wishes,
        open_writers(host.settings, host.health, SystemClock()) as writers,
    ):
        yield agent.create(
            host, writers=writers, artefacts=open_artefacts(host.settings), wishes_of=wishes.of
        )
