import asyncio

import pytest

from agents.storage.fetch_deadline import SLOWEST_BYTES_PER_S, FetchDeadlineState
from tests.support.clock import MockedClock

MIB = 1 << 20


def test_bytes_put_the_end_off_once_however_often_they_come() -> None:
    clock = MockedClock()
    deadline = FetchDeadlineState(60.0, clock.monotonic)
    clock.advance(10.0)

    assert [deadline.came(size) for size in (MIB, 2 * MIB, MIB, 3 * MIB)] == [4.0, 4.0, 0.0, 4.0]
    assert deadline.left_s() == 62.0


def test_what_others_get_gives_waiting_time_back_and_no_more() -> None:
    clock = MockedClock()
    deadline = FetchDeadlineState(60.0, clock.monotonic)
    clock.advance(10.0)

    left = [deadline.left_s()]
    for given_s in (4.0, 100.0):
        deadline.put_off(given_s)
        left.append(deadline.left_s())
    deadline.came(MIB)
    deadline.put_off(1.0)
    assert [*left, deadline.left_s()] == [50.0, 54.0, 60.0, 64.0]


async def test_what_is_done_ends_with_the_time_that_was_put_off() -> None:
    clock = asyncio.get_running_loop().time
    deadline, begun = FetchDeadlineState(0.05, clock), clock()

    async def receive() -> None:
        async with deadline.kept():
            deadline.came(SLOWEST_BYTES_PER_S // 10)
            await asyncio.Event().wait()

    with pytest.raises(TimeoutError):
        await receive()
    assert clock() - begun >= 0.14


async def test_time_that_comes_too_late_is_no_error() -> None:
    deadline = FetchDeadlineState(0.01, asyncio.get_running_loop().time)

    async def receive() -> None:
        async with deadline.kept():
            try:
                await asyncio.Event().wait()
            finally:
                deadline.put_off(0.005)

    with pytest.raises(TimeoutError):
        await receive()
    deadline.put_off(0.005)
