"""What the system says of another process."""

from pathlib import Path

_STOPPED = {"T", "t"}
"""Stopped by a signal, and traced: proc_pid_stat(5)."""


def is_stopped(pid: int) -> bool:
    """Whether the system says that the process is stopped by a signal or traced.

    False where nobody can tell: it has ended, or this is no Linux.
    """
    try:
        said = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    # The name in front, in brackets, may hold anything.
    return said.rpartition(")")[2].split()[0] in _STOPPED
