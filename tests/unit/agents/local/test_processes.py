"""Processes told apart by more than their pid."""

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from agents.local import processes
from agents.local.processes import ProcessId, await_true, identify, is_alive, this_process

SLEEPER = (sys.executable, "-c", "import time; time.sleep(600)")


def test_a_process_is_alive_until_it_is_stopped(tmp_path: Path) -> None:
    child = processes.launch(SLEEPER, log=tmp_path / "log", tethered=False)
    assert is_alive(child.process)

    processes.stop(child.process, grace_s=10)

    assert not is_alive(child.process)
    assert await_true(lambda: child.exit_code() == -signal.SIGTERM, timeout_s=5)


def test_a_reused_pid_is_another_process_and_gets_no_signal() -> None:
    former = ProcessId(pid=os.getpid(), started="a former life")

    processes.stop(former, grace_s=0)  # would end this test

    assert not is_alive(former)


def test_a_zombie_is_no_process() -> None:
    child = subprocess.Popen([sys.executable, "-c", ""])

    assert await_true(lambda: identify(child.pid) is None, timeout_s=10)

    child.wait()


def test_a_process_survives_its_way_through_json() -> None:
    this = this_process()

    assert ProcessId.from_json(this.as_json()) == this
    assert ProcessId.from_json({"pid": "12"}) is None


def test_a_tethered_program_runs_with_its_log_and_its_own_session(tmp_path: Path) -> None:
    says = (sys.executable, "-c", "import os; print(os.getsid(0) == os.getpid())")

    child = processes.launch(says, log=tmp_path / "logs" / "it.log", tethered=True)

    assert await_true(lambda: child.exit_code() == 0, timeout_s=10)
    assert (tmp_path / "logs" / "it.log").read_text() == "True\n"


def test_kill_all_ends_what_the_program_started(tmp_path: Path) -> None:
    starts = f"import subprocess; print(subprocess.Popen({SLEEPER!r}).pid, flush=True); input()"
    log = tmp_path / "log"
    child = processes.launch(
        (sys.executable, "-c", starts.replace("input()", SLEEPER[2])), log=log, tethered=False
    )
    assert await_true(lambda: log.read_text().endswith("\n"), timeout_s=10)
    grandchild = identify(int(log.read_text()))
    assert grandchild

    child.kill_all()

    assert processes.await_end(grandchild, timeout_s=10)


def test_a_port_somebody_listens_on_is_not_free() -> None:
    port = processes.free_port()
    with socket.create_server(("127.0.0.1", port)):
        assert not processes.is_free(port)
    assert processes.is_free(port)


def test_when_every_port_is_taken_that_is_an_error() -> None:
    port = processes.free_port()
    with (
        socket.create_server(("127.0.0.1", port)),
        pytest.raises(OSError, match="no 1 free port"),
    ):
        processes.free_port(low=port, high=port + 1)


def test_ports_that_are_found_together_are_no_two_the_same() -> None:
    port = processes.free_port()
    with pytest.raises(OSError, match="no 2 free ports"):
        processes.free_ports(2, low=port, high=port + 1)
    assert len(set(processes.free_ports(50))) == 50
