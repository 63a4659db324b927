"""A worker without brokers says so, also where it has nothing to publish."""

import asyncio
from functools import partial

from agents.health import Health
from agents.kafka.broker_watch import AWAY_LOOKS, LOOK_S, watch_brokers
from tests.support.clock import MockedClock
from tests.support.waiting import until


async def test_brokers_that_stay_away_are_waited_for_until_they_are_back() -> None:
    health, clock, answers = Health(), MockedClock(held=True), [True]

    async def answer() -> bool:
        return answers[-1]

    watching = asyncio.create_task(watch_brokers(answer, health, clock))

    def asleep_again(before: int) -> bool:
        return len(clock.slept) > before

    async def looks(count: int) -> None:
        for _ in range(count):
            before = len(clock.slept)
            clock.advance(LOOK_S)
            await until(partial(asleep_again, before))

    await until(lambda: clock.slept)
    await looks(2)
    answers.append(False)
    await looks(AWAY_LOOKS - 1)
    assert health.facts()["waiting_for"] == []
    await looks(1)
    assert health.facts()["waiting_for"] == ["kafka"]
    await looks(AWAY_LOOKS)
    assert health.facts()["waiting_for"] == ["kafka"]
    answers.append(True)
    await looks(1)
    assert health.facts()["waiting_for"] == []
    watching.cancel()


async def test_a_coordinator_that_moves_is_not_an_outage() -> None:
    health, clock, answers = Health(), MockedClock(), iter([False, True] * 5)

    async def answer() -> bool:
        return next(answers, True)

    watching = asyncio.create_task(watch_brokers(answer, health, clock))
    await until(lambda: len(clock.slept) > 15)
    assert health.facts()["waiting_for"] == []
    watching.cancel()
