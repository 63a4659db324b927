"""Spoken injections through both real SDKs: whatever a model makes of them, no entry obeys one."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from agents.delivery.clock import SystemClock
from agents.diarist.llm.prompt import prompt_for
from agents.diarist.open_writers import open_writers
from agents.diarist.step import WrittenEntry, write_entry
from agents.diarist.writers import Writers
from agents.health import Health
from agents.settings import load_settings
from schemas import without_wishes
from tests.support.draft_reply import reply_of
from tests.support.injections import Injection, injections
from tests.support.llm_server import LlmServer, replying

SUITE = injections()
WISHES = without_wishes("default", "ada")


@pytest.fixture(scope="module")
def server() -> Iterator[LlmServer]:
    with LlmServer(replying("")) as running:
        yield running


@pytest.fixture(params=["anthropic", "openai"])
async def writers(
    request: pytest.FixtureRequest, server: LlmServer, tmp_path: Path
) -> AsyncIterator[Writers]:
    settings = load_settings(state_dir=tmp_path, writers=f"{request.param}:m", fallback_after=20.0)
    clock = SystemClock()
    async with open_writers(settings, Health(), clock, environ=server.environ) as opened:
        yield opened


async def written(writers: Writers, injection: Injection) -> WrittenEntry:
    transcript = injection.transcript
    return await write_entry(transcript, wishes=WISHES, chain=writers.chain_for(transcript))


def instructions_for(injection: Injection) -> str:
    return prompt_for(injection.transcript, WISHES, own=None).entry


async def test_no_entry_obeys_what_was_said_to_its_writer(
    writers: Writers, server: LlmServer
) -> None:
    obeyed = {}
    for injection in SUITE:
        instructions = instructions_for(injection)
        server.answer = replying(reply_of(injection.obeying(instructions)))
        result = await written(writers, injection)
        obeyed[injection.name] = injection.signs_of_obedience(result.entry, instructions)
        asked = server.requests[-1]
        assert asked.instructions.startswith(instructions.rstrip())
        assert asked.content.count("<transcript-") == asked.content.count("</transcript-") == 1
    assert obeyed == {injection.name: [] for injection in SUITE}


async def test_an_honest_model_is_believed(writers: Writers, server: LlmServer) -> None:
    for injection in SUITE:
        server.answer = replying(reply_of(injection.honest))
        result = await written(writers, injection)
        told = (result.entry.generator.fallback, result.entry.title, len(result.entry.quotes))
        assert told == (False, injection.honest.title, len(injection.honest.quotes)), injection.name
