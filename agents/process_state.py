"""What the system says of another process of this machine."""

from pathlib import Path

_STOPPED = {b"T", b"t"}
"""By a signal, or traced: https://www.kernel.org/doc/html/latest/filesystems/proc.html"""


_UNINTERRUPTIBLE = b"D"


def is_stopped(pid: int) -> bool:
    """Whether the system says that process *pid* is stopped by a signal or traced.

    False where nobody can tell: there is no such process, or no /proc.
    """
    return _state(pid) in _STOPPED


def is_held_up(pid: int) -> bool:
    """Whether process *pid* is stopped, or waits for a disk or volume that does not answer.

    False where nobody can tell.
    """
    return _state(pid) in _STOPPED | {_UNINTERRUPTIBLE}


def _state(pid: int) -> bytes:
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return b""
    return next(iter(stat.rpartition(b")")[2].split()), b"")
