"""Which tasks wait for what is not there, and have nothing that a drain could finish."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Waits:
    """The waiting tasks of one worker, until they are ended."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[object]] = set()
        self._ended = False

    @contextmanager
    def waiting(self) -> Iterator[None]:
        """Let the current task be cancelled where it waits; at once, if all have been ended."""
        task = asyncio.current_task()
        if task is None:
            raise RuntimeError("only a task can wait")
        self._tasks.add(task)
        if self._ended:
            task.cancel()
        try:
            yield
        finally:
            self._tasks.discard(task)

    def end(self) -> None:
        """Cancel every task that waits, and each that begins to."""
        self._ended = True
        for task in self._tasks:
            task.cancel()
