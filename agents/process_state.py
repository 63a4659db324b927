"""What the system says of another process of this machine; on Linux only."""

from pathlib import Path

_STOPPED, _UNINTERRUPTIBLE = {"T", "t"}, {"D"}
"""By a signal, or traced; waiting for a device: proc_pid_stat(5)."""


def is_stopped(pid: int) -> bool:
    """Whether the system says that process *pid* is stopped by a signal or traced.

    False where nobody can tell: there is no such process, or no /proc.
    """
    return _state(pid) in _STOPPED


def is_held_up(pid: int) -> bool:
    """Whether process *pid* is stopped, or waits for a disk or volume that does not answer.

    False where nobody can tell.
    """
    return _state(pid) in _STOPPED | _UNINTERRUPTIBLE


def stat_fields(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the state on; None where there are none.

    The name before them, in brackets, may hold anything.
    """
    try:
        said = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return None
    return said.rpartition(b")")[2].decode("ascii").split() or None


def _state(pid: int) -> str | None:
    fields = stat_fields(pid)
    return None if fields is None else fields[0]
