"""A worker in which all work fails stops, and gives nothing up."""

import asyncio
from collections.abc import Iterable

import pytest

from agents.delivery.breaker import FAILURES_MAX, Breaker
from agents.errors import WorkBroken
from tests.support.clock import MockedClock
from tests.support.records import HERE


def fail(breaker: Breaker, offsets: Iterable[int]) -> None:
    for offset in offsets:
        breaker.failed((HERE, offset))


def test_failures_without_a_success_between_them_open_it() -> None:
    breaker = Breaker()
    fail(breaker, range(FAILURES_MAX - 1))
    with pytest.raises(WorkBroken):
        fail(breaker, [FAILURES_MAX])
    assert breaker.is_open


def test_a_success_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(5):
        fail(breaker, range(FAILURES_MAX - 1))
        breaker.succeeded()
    assert not breaker.is_open


def test_a_record_that_fails_again_and_again_is_one_failure() -> None:
    breaker = Breaker()
    fail(breaker, [7] * 10 * FAILURES_MAX)
    assert not breaker.is_open


async def test_who_waits_for_a_success_goes_on_with_the_first_one() -> None:
    breaker = Breaker()
    waiting = asyncio.ensure_future(breaker.proven(MockedClock(held=True), within_s=30))
    await asyncio.sleep(0)
    assert not waiting.done()
    breaker.succeeded()
    assert await asyncio.wait_for(waiting, 10)


async def test_who_waits_for_a_success_that_never_comes_is_told_so() -> None:
    breaker = Breaker()
    waiting = asyncio.ensure_future(breaker.proven(MockedClock(held=True), within_s=30))
    with pytest.raises(WorkBroken):
        fail(breaker, range(FAILURES_MAX))
    with pytest.raises(WorkBroken):
        await asyncio.wait_for(waiting, 10)


async def test_nobody_waits_for_a_success_for_ever() -> None:
    clock = MockedClock()
    assert not await Breaker().proven(clock, within_s=30)
    assert clock.slept == [30]
