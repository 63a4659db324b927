"""Processes by more than their number: a pid is reused, a pid with its start time is not."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from threading import Thread
from typing import Self

from agents.process_state import stat_fields

POLL_S = 0.02
"""Time between two looks at a process that should end."""

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessId:
    """One process that was seen alive: its pid and a text that says when it started."""

    pid: int
    started: str

    @classmethod
    def from_json(cls, fields: object) -> Self | None:
        """Read what `as_json` wrote; None for anything else."""
        match fields:
            case {"pid": int(pid), "started": str(started)}:
                return cls(pid=pid, started=started)
        return None

    def as_json(self) -> dict[str, object]:
        """Return the fields for a state file."""
        return {"pid": self.pid, "started": self.started}


def identify(pid: int) -> ProcessId | None:
    """Return who has this pid now; None for nobody, and for a zombie."""
    started = _started_linux(pid) if sys.platform == "linux" else _started_by_ps(pid)
    return ProcessId(pid=pid, started=started) if started else None


def this_process() -> ProcessId:
    """Return who this process is."""
    this = identify(os.getpid())
    if this is None:
        raise OSError("this process is not in the process table; is /proc mounted?")
    return this


def is_alive(process: ProcessId) -> bool:
    """Tell whether this very process still runs."""
    return identify(process.pid) == process


def stop(process: ProcessId, *, grace_s: float) -> None:
    """Ask a process to end, wait, then kill it; nothing happens to another one with its pid."""
    send(process, signal.SIGTERM)
    if not await_end(process, timeout_s=grace_s):
        send(process, signal.SIGKILL)
        await_end(process, timeout_s=10)


def send(process: ProcessId, number: signal.Signals) -> None:
    """Send a signal to this very process, if it is still there."""
    if is_alive(process):
        with suppress(ProcessLookupError):
            os.kill(process.pid, number)


def await_end(process: ProcessId, *, timeout_s: float) -> bool:
    """Wait until a process is gone; False if it is still there after `timeout_s`."""
    return await_true(lambda: not is_alive(process), timeout_s=timeout_s)


def await_true(condition: Callable[[], bool], *, timeout_s: float) -> bool:
    """Ask again and again until the answer is yes; False if it never was within `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() >= deadline:
            return False
        time.sleep(POLL_S)
    return True


class Child:
    """A program that this process started."""

    def __init__(self, popen: "subprocess.Popen[bytes]") -> None:
        self._popen = popen
        self.since = time.time()
        nobody = ProcessId(pid=popen.pid, started="")
        self.process = identify(popen.pid) or nobody
        # Somebody has to wait for it, or it stays in the process table after its end.
        Thread(target=popen.wait, name=f"wait-{popen.pid}", daemon=True).start()

    def exit_code(self) -> int | None:
        """Return how the program ended (negative: by that signal); None while it runs."""
        return self._popen.poll()

    def kill_all(self) -> None:
        """Kill the program and what it started, as far as that stayed in its session's group."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._popen.pid, signal.SIGKILL)


def launch(
    command: Sequence[str], *, log: Path, env: Mapping[str, str] | None = None, tethered: bool
) -> Child:
    """Start a program in a session of its own, without stdin, writing to the end of `log`.

    A Ctrl-C in the caller's terminal does not reach it. With `tethered` the program is killed when
    the thread that calls this ends (Linux only): call it from a thread as long-lived as the caller.

    Raises:
        OSError: there is no such program.

    """
    tether = [sys.executable, "-I", "-S", str(Path(__file__).with_name("tether.py"))]
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        popen = subprocess.Popen(
            [*tether, str(os.getpid()), *command] if tethered else command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=env,
            start_new_session=True,
        )
    return Child(popen)


def free_port(*, low: int = 20_000, high: int = 32_000) -> int:
    """Return a port of the loopback that is free now.

    Not one that the system itself gives to clients (32768 and up): a client that tries again and
    again to reach a port in that range can be given the very port, and then talks to itself.
    """
    (port,) = free_ports(1, low=low, high=high)
    return port


def free_ports(count: int, *, low: int = 20_000, high: int = 32_000) -> tuple[int, ...]:
    """Return so many ports that are free now, no two the same; as `free_port` else."""
    span, found = high - low, list[int]()
    start = secrets.randbelow(span)
    for step in range(span):
        port = low + (start + step) % span
        if is_free(port):
            found.append(port)
        if len(found) == count:
            return tuple(found)
    raise OSError(f"no {count} free ports from {low} to {high}")


def is_free(port: int) -> bool:
    """Tell whether a server could listen on this port of the loopback now."""
    with socket.socket() as probe:
        # As servers do it: connections that linger after a restart are no obstacle.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _started_linux(pid: int) -> str | None:
    """Return the boot and the tick of it at which a process started."""
    fields = stat_fields(pid)
    if fields is None:
        return None
    state, threads, ticks = fields[0], fields[17], fields[19]
    # With threads left, only the first of them is a zombie: files and ports are still held.
    if state in "ZX" and int(threads) <= 1:
        return None
    return f"{BOOT_ID.read_text().strip()}/{ticks}"


def _started_by_ps(pid: int) -> str | None:
    command = ["ps", "-o", "stat=,lstart=", "-p", str(pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=False)
    state, _, started = shown.stdout.strip().partition(" ")
    return None if not state or state.startswith("Z") else started.strip()
