"""Starting, finding and stopping a supervisor from another process."""

from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from agents.errors import SupervisorError
from agents.local import processes
from agents.local.awaiting import Patience, await_ready
from agents.local.files import rotate
from agents.local.last_words import last_words
from agents.local.part import LOG_MAX_BYTES
from agents.local.processes import Child, is_alive
from agents.local.signals import undisturbed
from agents.local.state_folder import open_state_folder
from agents.local.supervisor import STOP_MARGIN_S, end_leftovers, lock
from agents.local.up_state import UpStatus, part_log

BROKER_STOP_S = 45.0
"""What the supervisor needs beyond the parts' time, mostly for the broker, which may be busy."""


def status(state_dir: Path) -> UpStatus | None:
    """Return the supervisor that runs the parts of this state folder now; None without one."""
    known = UpStatus.read(state_dir)
    return known if known and is_alive(known.supervisor) else None


def start_detached(
    command: Sequence[str], *, state_dir: Path, patience: Patience | None = None
) -> UpStatus:
    """Run `command`, which runs a `Supervisor`, on its own, and return once all parts are ready.

    It outlives this process and its terminal. If one already runs, that one is awaited. However
    this ends otherwise, also by an interrupt, what it started is stopped again.

    Raises:
        SupervisorError: not everything became ready. The message holds the end of the log that
            tells why, and its `exit_code` is that of the program that ended for it.
        SettingsError: the state folder cannot be used.

    """
    open_state_folder(state_dir)
    log = part_log(state_dir, "supervisor")
    rotate(log, max_bytes=LOG_MAX_BYTES)
    begin = log.stat().st_size if log.exists() else 0
    child = None if status(state_dir) else processes.launch(command, log=log, tethered=False)
    patience = patience or Patience()
    supervisor = None
    try:
        known = await_ready(
            lambda: status(state_dir), ended=lambda: _ended(state_dir, child), patience=patience
        )
        if known is None or not known.ready:
            said = last_words(log, begin=begin, lines=20)
            _raise_not_ready(state_dir, child, said)
        supervisor = known.supervisor
        return known
    finally:
        # Also where another's supervisor was quicker: ours waits to take its place.
        if child and child.process != supervisor:
            with undisturbed():
                try:
                    if supervisor is None and child.exit_code() is None:
                        patience.tell("Stopping what was started …")
                finally:  # also where nobody can be told any more
                    processes.stop(child.process, grace_s=BROKER_STOP_S)


def stop(state_dir: Path, *, drain_s: float = 20.0) -> bool:
    """Stop the supervisor with all its parts, and what a killed one left; tell whether any ran.

    *drain_s* is the time that its parts have to finish what they work on.

    Raises:
        SupervisorError: somebody started another one in the same moment.
        SettingsError: the state folder cannot be used.

    """
    if not state_dir.exists():
        return False
    open_state_folder(state_dir)
    running = status(state_dir)
    if running:
        grace_s = drain_s + STOP_MARGIN_S + BROKER_STOP_S
        processes.stop(running.supervisor, grace_s=grace_s)
    try:
        with lock(state_dir, timeout_s=5):
            return end_leftovers(state_dir) or running is not None
    except TimeoutError as error:
        raise SupervisorError(f"another supervisor started in {state_dir}") from error


def logs_of(state_dir: Path, known: UpStatus | None) -> str:
    """Name the parts that are not ready, or else all, with the end of each one's log."""
    if known is None:
        return "the supervisor wrote no state"
    return "\n".join(
        f"{part.name} is {part.state.value} after {part.restarts} restarts; its log ends with\n"
        f"{last_words(part_log(state_dir, part.name))}"
        for part in known.unready or known.parts
    )


def _ended(state_dir: Path, child: Child | None) -> bool:
    """Tell whether nobody is left to wait for: neither our own child nor another's supervisor."""
    if child and child.exit_code() is None:
        return False
    if status(state_dir):
        return False
    try:
        with lock(state_dir, timeout_s=0):
            return True
    except TimeoutError:
        # Somebody else was quicker to start one, and it has yet to write its state.
        return False


def _raise_not_ready(state_dir: Path, child: Child | None, said: str) -> NoReturn:
    known = status(state_dir)
    if known is None and child is None:
        raise SupervisorError("the supervisor that was starting has ended; `daybook logs`")
    if known is None and child and child.exit_code() is not None:
        raise SupervisorError(said or "the supervisor ended", exit_code=child.exit_code())
    codes = [part.exit_code for part in known.unready if part.exit_code] if known else []
    raise SupervisorError(
        f"not everything became ready: {logs_of(state_dir, known)}",
        exit_code=codes[0] if codes else None,
    )
