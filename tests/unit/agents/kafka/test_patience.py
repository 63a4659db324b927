"""An assignment may take as long as the brokers are away."""

import asyncio

from agents.delivery.stage import Stage
from agents.kafka.app import PatientRecovery, create_app
from agents.settings import load_settings
from schemas import AudioReceived


class Nobody:
    """Is told of assignments, and has nothing to do."""


async def test_an_assignment_has_no_limit_in_time() -> None:
    """Past its limit Faust would take itself for stopped, and never begin another."""
    settings = load_settings(kafka_bootstrap="127.0.0.1:1")
    stage = Stage(
        name="transcriber", group="g", event_type=AudioReceived, topics=("t",), in_flight=1
    )
    app = create_app(settings, stage, listener=Nobody())  # type: ignore[arg-type]  # never told
    recovery = app.tables.recovery
    assert isinstance(recovery, PatientRecovery)
    done = asyncio.Event()

    async def begin() -> None:
        await asyncio.sleep(0.05)
        done.set()

    await recovery._wait(begin(), timeout=0.001)
    assert done.is_set()
