"""Being told to end, in the main thread of this process."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor

import pytest

from agents.local.signals import ending_in_order, undisturbed


@pytest.mark.parametrize(
    ("number", "error"),
    [
        (signal.SIGINT, KeyboardInterrupt),
        (signal.SIGTERM, SystemExit),
        (signal.SIGHUP, SystemExit),
    ],
)
def test_only_the_first_wish_to_end_is_heard(
    number: signal.Signals, error: type[BaseException]
) -> None:
    undone = False
    with pytest.raises(error), ending_in_order():  # noqa: PT012 - the order is what is tested
        try:
            os.kill(os.getpid(), number)
        finally:
            os.kill(os.getpid(), signal.SIGTERM)
            os.kill(os.getpid(), signal.SIGINT)
            undone = True
    assert undone


def test_who_is_undisturbed_hears_nothing_and_others_hear_again() -> None:
    before = signal.getsignal(signal.SIGTERM)
    with undisturbed():
        os.kill(os.getpid(), signal.SIGTERM)
    assert signal.getsignal(signal.SIGTERM) is before


def test_other_threads_have_no_signals_to_handle() -> None:
    def begin() -> bool:
        with ending_in_order(), undisturbed():
            return True

    with ThreadPoolExecutor(1) as pool:
        assert pool.submit(begin).result()
