"""`daybook worker`: runs one agent in this process."""

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import structlog

from agents.cli.common import connected_settings
from agents.errors import SettingsError
from agents.health import Health, HealthServer
from agents.local.files import write_json
from agents.local.state_folder import open_state_folder
from agents.local.up_state import run_file
from agents.logs import start_logging
from agents.settings import Settings
from agents.stages import STAGES
from agents.tracing import start_tracing
from agents.wiring import run_worker

log = structlog.get_logger()


@click.command()
@click.argument("agent", type=click.Choice(STAGES))
@click.option("--part", help="Name of this process on this machine. [AGENT-PID]")
def worker(*, agent: str, part: str | None) -> None:
    """Run AGENT in this process until SIGTERM: what containers run."""
    settings = connected_settings()
    open_state_folder(settings.state_dir)
    start_logging(settings.log_level)
    start_tracing(f"daybook-{agent}")
    health = Health()
    with _health_server(settings, health, part or f"{agent}-{os.getpid()}"):
        asyncio.run(_run(agent, settings, health))


async def _run(agent: str, settings: Settings, health: Health) -> None:
    try:
        await run_worker(agent, settings, health)
    except OSError:
        log.exception("worker-failed")  # people are told a line, which may not be all
        raise


@contextmanager
def _health_server(settings: Settings, health: Health, part: str) -> Iterator[None]:
    """Serve health, and say in the state folder on which port."""
    try:
        server = HealthServer(health, host=settings.health_host, port=settings.health_port)
    except OSError as error:
        raise SettingsError(
            f"DAYBOOK_HEALTH_PORT={settings.health_port} cannot be listened on at "
            f"DAYBOOK_HEALTH_HOST={settings.health_host!r}: {error.strerror}"
        ) from error
    said: Path = run_file(settings.state_dir, part)
    write_json(said, {"pid": os.getpid(), "health_port": server.port})
    log.info("health", port=server.port)
    try:
        yield
    finally:
        said.unlink(missing_ok=True)
        server.close()
