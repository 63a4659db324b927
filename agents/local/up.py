"""Starting, finding and stopping a supervisor from another process."""

from collections.abc import Sequence
from pathlib import Path

from agents.errors import SupervisorError
from agents.local import processes
from agents.local.files import rotate, tail
from agents.local.part import LOG_MAX_BYTES
from agents.local.processes import Child, is_alive
from agents.local.supervisor import end_leftovers, lock
from agents.local.up_state import UpStatus, part_log

START_TIMEOUT_S = 180.0
"""Covers a first start, which downloads Kafka's jars."""


def status(state_dir: Path) -> UpStatus | None:
    """Return the supervisor that runs the parts of this state folder now; None without one."""
    known = UpStatus.read(state_dir)
    return known if known and is_alive(known.supervisor) else None


def start_detached(
    command: Sequence[str], *, state_dir: Path, timeout_s: float = START_TIMEOUT_S
) -> UpStatus:
    """Run `command`, which runs a `Supervisor`, on its own, and return once all parts are ready.

    It outlives this process and its terminal. If one already runs, that one is awaited.

    Raises:
        SupervisorError: not everything became ready; what had started was stopped again. The
            message holds the end of the log that tells why.

    """
    log = part_log(state_dir, "supervisor")
    rotate(log, max_bytes=LOG_MAX_BYTES)
    begin = log.stat().st_size if log.exists() else 0
    child = None if status(state_dir) else processes.launch(command, log=log, tethered=False)
    processes.await_true(lambda: _settled(state_dir, child), timeout_s=timeout_s)
    known = status(state_dir)
    if known and known.ready:
        return known
    if child is None:
        raise SupervisorError(f"not ready after {timeout_s:g} s: {_unready(state_dir, known)}")
    if child.exit_code() is None:
        processes.stop(child.process, grace_s=timeout_s)
        raise SupervisorError(f"not ready after {timeout_s:g} s: {_unready(state_dir, known)}")
    raise SupervisorError(f"the supervisor ended:\n{tail(log, begin=begin)}")


def stop(state_dir: Path, *, timeout_s: float = 60.0) -> bool:
    """Stop the supervisor with all its parts, and what a killed one left; tell whether any ran.

    Raises:
        SupervisorError: somebody started another one in the same moment.

    """
    running = status(state_dir)
    if running:
        processes.stop(running.supervisor, grace_s=timeout_s)
    try:
        with lock(state_dir, timeout_s=5):
            return end_leftovers(state_dir) or running is not None
    except TimeoutError as error:
        raise SupervisorError(f"another supervisor started in {state_dir}") from error


def _settled(state_dir: Path, child: Child | None) -> bool:
    known = status(state_dir)
    if child and child.exit_code() is not None:
        return True
    return known is not None and known.ready


def _unready(state_dir: Path, known: UpStatus | None) -> str:
    """Name the parts that are not ready, with the end of each one's log."""
    if known is None:
        return "the supervisor wrote no state"
    return "\n".join(
        f"{part.name} is {part.state.value} after {part.restarts} restarts; its log ends with\n"
        f"{tail(part_log(state_dir, part.name), lines=10)}"
        for part in known.unready
    )
