"""The only place where parts are put together; each builder closes what it opened."""

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from functools import partial
from importlib import import_module
from typing import Any

import structlog

from agents.errors import DependencyUnavailable, SettingsError
from agents.health import Health, beating
from agents.kafka.client_settings import bootstrap_of, librdkafka_settings
from agents.kafka.contract import event_topics, schema_source
from agents.kafka.host import WorkerHost
from agents.kafka.probe import broker_answers
from agents.kafka.self_test import self_test
from agents.kafka.topic_admin import require_topics, short_lived_offsets
from agents.kafka.worker import Worker, stop_signal
from agents.settings import Settings
from agents.stages import STAGES
from schemas.avro import SchemaSource
from topics.catalogue import load

log = structlog.get_logger()

WorkerBuilder = Callable[[WorkerHost], AbstractAsyncContextManager[Worker]]
"""Builds one agent's worker, ready to run."""

LOOK_S = 1.0
"""Time between looks at a dependency that does not answer, in seconds."""


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


def _of(name: str) -> WorkerBuilder:
    def build(host: WorkerHost) -> AbstractAsyncContextManager[Worker]:
        builder: WorkerBuilder = import_module(f"agents.wiring.{name}").worker
        return builder(host)

    return build


WORKERS: dict[str, WorkerBuilder] = {name: _of(name) for name in STAGES}
"""The agents that run as workers, by name, in the order of the stream: each is imported only where
it runs, since what it needs takes a second to load."""


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
    schemas.prefetch()
    require_topics(client, (topic.name for topic in load() if topic.serves(name)))
    try:
        warning = short_lived_offsets(client, load())
    except SettingsError as error:
        warning = f"whether offsets live long enough cannot be told: {error}"
    if warning is not None:
        log.warning(warning)
