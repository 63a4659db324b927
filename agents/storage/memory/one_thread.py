"""One thread that makes blocking calls in turn, and that no process waits for at its end."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from queue import SimpleQueue
from typing import TypeVar

_Result = TypeVar("_Result")


class OneThread:
    """Starts with the first call. A pool's threads would be waited for by a process that ends."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._calls: SimpleQueue[Callable[[], None] | None] = SimpleQueue()

    async def run(self, call: Callable[[], _Result], *, within_s: float) -> _Result:
        """Return what *call* gives, or raise what it raises.

        Raises:
            NotBegun: it was too late before its turn came, and will not be made.
            TimeoutError: it is too late, and may still be made.

        """
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, name=self._name, daemon=True)
            self._thread.start()
        outcome: Future[_Result] = Future()
        self._calls.put(lambda: _make(call, outcome))
        answer = asyncio.wrap_future(outcome)
        try:
            # Not wait_for, which swallows a cancellation that comes together with the answer; nor
            # a timeout, which loses an answer that was there before a loop held up could look.
            await asyncio.wait((answer,), timeout=within_s)
            if answer.done():
                return answer.result()
            if outcome.done():
                return outcome.result()
            if outcome.cancel():
                raise NotBegun
            raise TimeoutError
        finally:
            answer.cancel()

    def stop(self) -> None:
        """End the thread once it has made the calls that are waiting."""
        if self._thread is not None:
            self._calls.put(None)
            self._thread = None

    def _work(self) -> None:
        while call := self._calls.get():
            call()


class NotBegun(Exception):
    """A call was given up before its turn came."""


def _make(call: Callable[[], _Result], outcome: "Future[_Result]") -> None:
    if not outcome.set_running_or_notify_cancel():
        return
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - handed on to whoever waits for the call
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
