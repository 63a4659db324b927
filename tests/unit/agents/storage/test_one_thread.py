"""Blocking calls made in turn by a thread, for callers that may be cancelled or too late."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from agents.storage.memory.one_thread import NotBegun, OneThread


@pytest.fixture
def thread() -> Iterator[OneThread]:
    made = OneThread("test")
    yield made
    made.stop()


@pytest.mark.parametrize("turns", range(4))
async def test_whoever_is_cancelled_as_the_answer_comes_is_cancelled(
    thread: OneThread, turns: int
) -> None:
    await thread.run(lambda: None, within_s=10)
    asking = asyncio.create_task(thread.run(lambda: None, within_s=10))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    time.sleep(0.02)  # noqa: ASYNC251 - the loop is to find the answer there when it goes on
    for _ in range(turns):
        await asyncio.sleep(0)
    if not asking.done():
        asking.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asking


async def test_a_call_whose_turn_came_too_late_is_not_made(thread: OneThread) -> None:
    busy, made = threading.Event(), list[str]()
    first = asyncio.create_task(thread.run(busy.wait, within_s=10))
    await asyncio.sleep(0)
    with pytest.raises(NotBegun):
        await thread.run(lambda: made.append("second"), within_s=0.01)
    busy.set()
    await first
    await thread.run(lambda: made.append("third"), within_s=10)
    assert made == ["third"]


async def test_an_answer_that_was_there_in_time_counts_though_the_loop_was_held_up(
    thread: OneThread,
) -> None:
    await thread.run(lambda: None, within_s=10)
    asking = asyncio.create_task(thread.run(lambda: "here", within_s=0.05))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    time.sleep(0.2)  # noqa: ASYNC251 - holds the loop up beyond the time
    assert await asking == "here"


async def test_a_call_that_takes_too_long_may_still_be_made(thread: OneThread) -> None:
    held = threading.Event()
    with pytest.raises(TimeoutError):
        await thread.run(held.wait, within_s=0.05)
    held.set()
