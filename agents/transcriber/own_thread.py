"""Calls that may never return, each in a thread of its own that holds up nobody."""

import asyncio
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

_Result = TypeVar("_Result")


async def in_own_thread(call: Callable[[], _Result], *, name: str, within_s: float) -> _Result:
    """Return what *call* gives, or raise what it raises.

    A thread cannot be ended: one that is too late stays behind. It takes no place in a pool that
    others need, and a process that ends does not wait for it.

    Raises:
        TimeoutError: the call did not return *within_s*.

    """
    outcome: Future[_Result] = Future()
    outcome.set_running_or_notify_cancel()  # what waits for it may be cancelled; the call goes on
    thread = threading.Thread(target=_run, args=(call, outcome), name=name, daemon=True)
    thread.start()
    answer = asyncio.wrap_future(outcome)
    try:
        # wait_for would swallow the cancellation of a caller whose answer comes at that moment.
        await asyncio.wait((answer,), timeout=within_s)
        if not answer.done():
            raise TimeoutError
        return answer.result()
    finally:
        answer.cancel()


def _run(call: Callable[[], _Result], outcome: "Future[_Result]") -> None:
    try:
        result = call()
    except BaseException as error:  # noqa: BLE001 - handed on to whoever waits for the call
        outcome.set_exception(error)
    else:
        outcome.set_result(result)
