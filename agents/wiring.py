"""The only place where parts are put together; each builder closes what it opened."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import (
    AbstractAsyncContextManager,
    AsyncExitStack,
    asynccontextmanager,
    suppress,
)
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from agents.daily import agent as daily
from agents.daily.fold import DayBounds
from agents.delivery.clock import SystemClock
from agents.diarist import agent as diarist
from agents.diarist.open_writers import open_writers
from agents.errors import DependencyUnavailable, SettingsError
from agents.health import Health, beating
from agents.kafka.client_settings import bootstrap_of, librdkafka_settings
from agents.kafka.host import WorkerHost
from agents.kafka.probe import broker_answers
from agents.kafka.schema_registry import RegistrySchemas, registry_schemas
from agents.kafka.self_test import self_test
from agents.kafka.topic_admin import require_topics, short_lived_offsets
from agents.kafka.user_settings import open_user_settings
from agents.kafka.worker import Worker, stop_signal
from agents.settings import Settings
from agents.storage.configured import open_artefacts
from agents.transcriber import agent as transcriber
from agents.transcriber.workbench import open_tested_workbench
from schemas import (
    AudioReceived,
    DailyDiary,
    DiaryReady,
    StatusChanged,
    TranscriptReady,
    UserSettings,
)
from schemas.avro import FileSchemas, SchemaSource
from topics.catalogue import Catalogue, load

log = structlog.get_logger()

WorkerBuilder = Callable[[WorkerHost], AbstractAsyncContextManager[Worker]]
"""Builds one agent's worker, ready to run."""

LOOK_S = 1.0
"""Time between looks at a dependency that does not answer, in seconds."""


def schema_source(settings: Settings) -> SchemaSource:
    """Return where schema ids come from: the configured registry, or our own files."""
    if settings.schema_registry_url is None:
        return FileSchemas()
    return registry_schemas(settings.schema_registry_url)


def event_topics(catalogue: Catalogue) -> dict[type, str]:
    """Return the topic of each event type."""
    return {
        AudioReceived: catalogue.audio_received.name,
        TranscriptReady: catalogue.transcripts_ready.name,
        DiaryReady: catalogue.diaries_ready.name,
        DailyDiary: catalogue.diaries_daily.name,
        StatusChanged: catalogue.pipeline_status.name,
        UserSettings: catalogue.users_settings.name,
    }


def worker_host(settings: Settings, health: Health, schemas: SchemaSource) -> WorkerHost:
    """Return what any agent needs to become a worker."""
    catalogue = load()
    return WorkerHost(
        settings=settings,
        catalogue=catalogue,
        schemas=schemas,
        health=health,
        event_topics=event_topics(catalogue),
    )


@asynccontextmanager
async def transcriber_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the transcriber: loads the speech models and tests them."""
    async with (
        open_user_settings(host) as wishes,
        open_tested_workbench(host.settings, SystemClock(), host.health) as bench,
    ):
        yield transcriber.create(host, bench=replace(bench, wishes=wishes.of))


@asynccontextmanager
async def diarist_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the diarist."""
    async with (
        open_user_settings(host) as wishes,
        open_writers(host.settings, host.health, SystemClock()) as writers,
    ):
        yield diarist.create(
            host, writers=writers, artefacts=open_artefacts(host.settings), wishes_of=wishes.of
        )


@asynccontextmanager
async def daily_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the daily agent."""
    bounds = DayBounds(day_start=host.settings.day_start)
    async with open_user_settings(host) as wishes:
        yield daily.create(host, bounds=bounds, wishes=wishes.of)


WORKERS: dict[str, WorkerBuilder] = {
    transcriber.NAME: transcriber_worker,
    diarist.NAME: diarist_worker,
    daily.NAME: daily_worker,
}
"""The agents that run as workers, by name, in the order of the stream."""


async def run_worker(name: str, settings: Settings, health: Health) -> None:
    """Run the agent *name* until it is told to stop; wait for what it depends on to begin with.

    While it loads its model, which may be a long download, it counts as alive.
    """
    self_test()
    stop = stop_signal(settings.drain_s)
    schemas = schema_source(settings)
    async with beating(health):
        look = partial(_look, name, settings, schemas)
        if not await _dependencies_answer(look, health, stop):
            return
        async with AsyncExitStack() as stack:
            builder = WORKERS[name](worker_host(settings, health, schemas))
            worker = await _unless(stop, stack.enter_async_context(builder))
            if worker is not None:
                health.started()
                await worker.run(stop)


async def _unless(stop: asyncio.Event, work: Coroutine[Any, Any, Worker]) -> Worker | None:
    """Return the result of *work*; None, and *work* given up, where *stop* comes first."""
    working, stopped = asyncio.create_task(work), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait((working, stopped), return_when=asyncio.FIRST_COMPLETED)
        return await working if working.done() else None
    finally:
        for task in (working, stopped):
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def _dependencies_answer(
    look: Callable[[], None], health: Health, stop: asyncio.Event
) -> bool:
    """Wait until brokers and registry answer and topics exist; False if told to stop before."""
    while not stop.is_set():
        try:
            await asyncio.to_thread(look)
        except DependencyUnavailable as error:
            log.warning("waiting", dependency=error.dependency, error=str(error))
            with health.waiting_for(error.dependency):
                await asyncio.sleep(LOOK_S)
        else:
            return True
    return False


def _look(name: str, settings: Settings, schemas: SchemaSource) -> None:
    bootstrap, client = bootstrap_of(settings), librdkafka_settings(settings)
    if not broker_answers(bootstrap, client=client):
        raise DependencyUnavailable("kafka", f"no broker answers at {bootstrap}")
    if isinstance(schemas, RegistrySchemas):
        schemas.prefetch()
    require_topics(client, (topic.name for topic in load() if topic.serves(name)))
    try:
        warning = short_lived_offsets(client, load())
    except SettingsError as error:
        warning = f"whether offsets live long enough cannot be told: {error}"
    if warning is not None:
        log.warning(warning)
