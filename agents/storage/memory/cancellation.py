"""Sees to it that work which is told to end does so, whatever a client makes of that."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def heeded_cancellation() -> Iterator[None]:
    """Cancel the current task at the end of the block if the block has swallowed a cancellation.

    Before Python 3.12 `asyncio.wait_for` does, where what it waits for ends at the same moment;
    redis-py uses it: https://github.com/python/cpython/issues/86296
    """
    task = asyncio.current_task()
    before = task.cancelling() if task else 0
    try:
        yield
    finally:
        if task and task.cancelling() > before:
            raise asyncio.CancelledError
