"""Models that are asked for the bundled recording's words before anybody's is taken."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from agents.demo import recordings
from agents.health import Health
from agents.settings import load_settings
from agents.transcriber.engine import Chunk
from agents.transcriber.self_test import SelfTest, Verdict, pass_self_tests, self_test
from agents.transcriber.step import Workbench
from agents.transcriber.workbench import open_workbench
from tests.support.clock import MockedClock
from tests.support.engine import FakeEngine
from tests.support.waiting import until

EXPECTED = "Good morning. I slept badly and I feel tired."


def a_test(text: str) -> SelfTest:
    return SelfTest(model="m", device="cpu", expected=EXPECTED, text=text, audio_s=4.0, took_s=1.0)


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        (EXPECTED, Verdict.RIGHT),
        ("good MORNING, i slept badly and...", Verdict.RIGHT),
        ("Good morning. He swept the alley and I fill tide", Verdict.RIGHT),
        ("thank you for watching", Verdict.WRONG),
        ("", Verdict.EMPTY),
    ],
)
def test_a_third_of_the_words_is_enough(text: str, verdict: Verdict) -> None:
    assert a_test(text).verdict is verdict


@asynccontextmanager
async def bench_that_says(
    folder: Path, says: Callable[[Chunk], str]
) -> AsyncIterator[tuple[Workbench, MockedClock]]:
    clock = MockedClock(held=True)
    settings = load_settings(state_dir=folder)
    async with open_workbench(settings, clock, FakeEngine(says=says)) as bench:
        yield bench, clock


async def passing(bench: Workbench, health: Health, *, strict: bool) -> list[str]:
    restarts: list[str] = []
    await pass_self_tests(
        bench, strict=lambda _: strict, restart=lambda: restarts.append("again"), health=health
    )
    return restarts


async def test_a_model_that_finds_the_words_is_taken(tmp_path: Path) -> None:
    async with bench_that_says(tmp_path, lambda _: recordings()[0].text) as (bench, _):
        test = await self_test(bench, bench.runner.served["fake-model"])

        assert test.verdict is Verdict.RIGHT
        assert await passing(bench, Health(), strict=True) == []


async def test_other_words_are_let_pass_only_where_none_are_promised(tmp_path: Path) -> None:
    async with bench_that_says(tmp_path, lambda _: "noise") as (bench, _):
        assert await passing(bench, Health(), strict=False) == []


@pytest.mark.parametrize(("first", "strict"), [("noise", True), ("", False)])
async def test_a_worker_is_not_ready_until_its_model_passes(
    tmp_path: Path, first: str, *, strict: bool
) -> None:
    said = [first]
    health = Health()
    async with bench_that_says(
        tmp_path, lambda _: said.pop() if said else recordings()[0].text
    ) as (bench, clock):
        work = asyncio.create_task(passing(bench, health, strict=strict))
        await until(lambda: clock.slept)
        assert health.facts()["waiting_for"] == ["self-test of fake-model"]
        clock.advance(30)

        assert await work == ["again"]
        assert health.facts()["waiting_for"] == []
