"""A worker in which all work fails stops, and gives nothing up."""

import asyncio

import pytest

from agents.delivery.breaker import FAILURES_MAX, Breaker
from agents.errors import WorkBroken


def test_failures_without_a_success_between_them_open_it() -> None:
    breaker = Breaker()
    for _ in range(FAILURES_MAX - 1):
        breaker.failed()
    with pytest.raises(WorkBroken):
        breaker.failed()
    assert breaker.is_open


def test_a_success_begins_the_count_anew() -> None:
    breaker = Breaker()
    for _ in range(5):
        for _ in range(FAILURES_MAX - 1):
            breaker.failed()
        breaker.succeeded()
    assert not breaker.is_open


async def test_who_waits_for_a_success_goes_on_with_the_first_one() -> None:
    breaker = Breaker()
    waiting = asyncio.ensure_future(breaker.proven())
    await asyncio.sleep(0)
    assert not waiting.done()
    breaker.succeeded()
    await asyncio.wait_for(waiting, 10)


async def test_who_waits_for_a_success_that_never_comes_is_told_so() -> None:
    breaker = Breaker()
    waiting = asyncio.ensure_future(breaker.proven())
    for _ in range(FAILURES_MAX - 1):
        breaker.failed()
    with pytest.raises(WorkBroken):
        breaker.failed()
    with pytest.raises(WorkBroken):
        await asyncio.wait_for(waiting, 10)
