"""What is said of real processes that are stopped, go on, and are gone."""

import asyncio
import os
import signal
import subprocess

from agents.process_state import is_stopped
from tests.support.waiting import until


async def test_a_process_is_stopped_until_it_goes_on() -> None:
    process = await asyncio.create_subprocess_exec("sleep", "60")
    assert not is_stopped(process.pid)

    process.send_signal(signal.SIGSTOP)
    await until(lambda: is_stopped(process.pid))
    process.send_signal(signal.SIGCONT)
    await until(lambda: not is_stopped(process.pid))

    process.kill()
    await process.wait()


def test_nobody_can_tell_of_a_process_that_is_gone() -> None:
    with subprocess.Popen(["true"]) as process:
        process.wait()

    assert not is_stopped(process.pid)


def test_this_process_goes_on() -> None:
    assert not is_stopped(os.getpid())
