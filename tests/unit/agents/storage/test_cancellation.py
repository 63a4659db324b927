"""Work that is told to end ends, also where a client of ours goes on regardless."""

import asyncio
import threading
import time
from contextlib import suppress
from typing import Any

import pytest

from agents.storage.memory.cancellation import heeded_cancellation
from agents.storage.memory.one_thread import OneThread


async def is_cancelled(task: "asyncio.Task[Any]") -> bool:
    await asyncio.wait((task,))
    return task.cancelled()


async def begun(work: "asyncio.Task[Any]") -> None:
    for _ in range(5):
        await asyncio.sleep(0)
    assert not work.done()


async def deaf() -> None:
    """Go on where it is told to end."""
    with heeded_cancellation(), suppress(asyncio.CancelledError):
        await asyncio.Event().wait()


async def test_a_cancellation_that_a_client_swallows_is_heeded() -> None:
    work = asyncio.create_task(deaf())
    await begun(work)
    work.cancel()
    assert await is_cancelled(work)


async def test_a_time_limit_within_remains_one() -> None:
    with pytest.raises(TimeoutError), heeded_cancellation():
        async with asyncio.timeout(0):
            await asyncio.Event().wait()


async def test_what_is_done_on_the_way_out_is_done() -> None:
    done = []

    async def leaving() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            with heeded_cancellation():
                await asyncio.sleep(0)
            done.append("released")

    work = asyncio.create_task(leaving())
    await begun(work)
    work.cancel()
    assert await is_cancelled(work)
    assert done == ["released"]


async def test_a_call_of_the_thread_that_ends_as_it_is_given_up_is_given_up() -> None:
    thread, release = OneThread("test"), threading.Event()
    work = asyncio.create_task(thread.run(lambda: release.wait(10), within_s=10))
    await begun(work)
    release.set()
    time.sleep(0.1)  # noqa: ASYNC251 - the thread ends its call while the loop stands still
    work.cancel()
    assert await is_cancelled(work)
    thread.stop()
