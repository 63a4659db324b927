"""How many calls of a model are made at once."""

import asyncio
from contextlib import AsyncExitStack

import pytest

from agents.diarist.llm.concurrency import ConcurrencyState, Slot
from agents.diarist.llm.waiting import NotCalled
from tests.support.clock import MockedClock

LATER = 600.0


@pytest.fixture
def limits() -> list[int]:
    return []


@pytest.fixture
def slots(limits: list[int]) -> ConcurrencyState:
    return ConcurrencyState(8, MockedClock(held=True), limits.append)


async def window(slots: ConcurrencyState, stack: AsyncExitStack) -> list[Slot]:
    return [await stack.enter_async_context(slots.slot(LATER)) for _ in range(slots.limit)]


async def windows_with_others_waiting(slots: ConcurrencyState, count: int) -> list[int]:
    """Let whole windows succeed while there is a queue; return the limit after each."""
    after = []
    for _ in range(count):
        async with AsyncExitStack() as stack:
            taken = await window(slots, stack)
            queue = [asyncio.create_task(slots.slot(LATER).__aenter__()) for _ in range(20)]
            await asyncio.sleep(0)
            for slot in taken:
                slots.succeeded(slot)
            after.append(slots.limit)
            for waiting in queue:
                waiting.cancel()
            await asyncio.wait(queue)
    return after


async def test_the_limit_doubles_with_each_full_window_until_it_was_too_much(
    limits: list[int],
) -> None:
    slots = ConcurrencyState(40, MockedClock(held=True), limits.append)
    assert await windows_with_others_waiting(slots, 3) == [8, 16, 32]


async def test_the_limit_grows_by_one_with_each_full_window_once_it_was_too_much(
    slots: ConcurrencyState,
) -> None:
    async with slots.slot(LATER) as slot:
        slots.overdone(slot)
    assert await windows_with_others_waiting(slots, 8) == [3, 4, 5, 6, 7, 8, 8, 8]


async def test_windows_that_are_not_full_say_nothing(
    slots: ConcurrencyState, limits: list[int]
) -> None:
    for _ in range(50):
        async with slots.slot(LATER) as slot:
            slots.succeeded(slot)
    assert limits == [4]


async def test_one_round_trip_halves_it_once(slots: ConcurrencyState, limits: list[int]) -> None:
    async with AsyncExitStack() as stack:
        for slot in await window(slots, stack):
            slots.overdone(slot)
    async with slots.slot(LATER) as slot:
        slots.overdone(slot)
    async with slots.slot(LATER) as slot:
        slots.overdone(slot)
    assert limits == [4, 2, 1, 1]


async def test_calls_from_before_a_cut_do_not_make_it_grow(
    slots: ConcurrencyState, limits: list[int]
) -> None:
    async with AsyncExitStack() as stack:
        first, *others = await window(slots, stack)
        slots.overdone(first)
        for slot in others:
            slots.succeeded(slot)
    assert limits == [4, 2]


def test_the_limit_begins_no_higher_than_it_may_be(limits: list[int]) -> None:
    assert ConcurrencyState(1, MockedClock(), limits.append).limit == 1


async def test_who_comes_first_is_served_first(limits: list[int]) -> None:
    slots = ConcurrencyState(1, MockedClock(held=True), limits.append)
    served: list[int] = []

    async def take(number: int) -> None:
        async with slots.slot(LATER):
            served.append(number)
            await asyncio.sleep(0)

    await asyncio.gather(*(take(number) for number in range(20)))
    assert served == list(range(20))


async def test_who_waits_too_long_leaves_the_queue(limits: list[int]) -> None:
    clock = MockedClock()
    slots = ConcurrencyState(1, clock, limits.append)
    async with slots.slot(LATER):
        with pytest.raises(NotCalled):
            await slots.slot(60).__aenter__()
        assert clock.monotonic() == 59
    async with slots.slot(LATER):
        pass


async def test_who_is_given_up_as_it_is_served_gives_the_slot_back(limits: list[int]) -> None:
    slots = ConcurrencyState(1, MockedClock(held=True), limits.append)

    async def take() -> None:
        async with slots.slot(LATER):
            pass

    async with slots.slot(LATER):
        waiting = asyncio.create_task(take())
        await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.wait([waiting])
    await asyncio.wait_for(take(), 5)


async def test_a_lower_limit_holds_for_those_who_come_after(slots: ConcurrencyState) -> None:
    async with AsyncExitStack() as stack:
        held = await window(slots, stack)
        slots.overdone(held[0])
        waiting = asyncio.create_task(slots.slot(LATER).__aenter__())
        await asyncio.sleep(0.01)
        assert not waiting.done()
        waiting.cancel()
        await asyncio.wait([waiting])
    assert len(await asyncio.wait_for(taken(slots), 5)) == 2


async def taken(slots: ConcurrencyState) -> list[Slot]:
    async with AsyncExitStack() as stack:
        return await window(slots, stack)
