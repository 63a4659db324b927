"""Signals that ask for an end: as an exception, or kept away while things are put right."""

import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from signal import Handlers, Signals
from types import FrameType
from typing import Any

STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)

Handler = Any
"""What `signal.signal` takes and gives."""


@contextmanager
def handled(handlers: Mapping[Signals, Handler]) -> Iterator[None]:
    """Handle signals, and give them back to whom they belonged; what is ignored stays ignored."""
    if threading.current_thread() is not threading.main_thread():
        yield  # Python hands signals to the main thread alone
        return
    # What is ignored was meant to be: nohup ignores SIGHUP for its program.
    asked = {n: new for n, new in handlers.items() if signal.getsignal(n) is not Handlers.SIG_IGN}
    former = {number: signal.signal(number, new) for number, new in asked.items()}
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)


@contextmanager
def ending_in_order() -> Iterator[None]:
    """End by an exception, not at once, when told to: what was begun can be undone.

    Once: what is told later would disturb the undoing. `timeout` tells both `make` and us, and
    `make` tells us again.
    """
    told = False

    def end(number: int, _frame: FrameType | None) -> None:
        nonlocal told
        if not told:
            told = True
            raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    with handled(dict.fromkeys(STOP_SIGNALS, end)):
        yield


@contextmanager
def undisturbed() -> Iterator[None]:
    """Ignore every wish to end: for the little that has to be done before the end."""
    with handled(dict.fromkeys(STOP_SIGNALS, Handlers.SIG_IGN)):
        yield
