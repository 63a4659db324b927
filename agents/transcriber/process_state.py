"""What the system says of another process of this machine."""

from pathlib import Path

_STOPPED = {b"T", b"t"}
"""By a signal, or traced: https://www.kernel.org/doc/html/latest/filesystems/proc.html"""


def is_stopped(pid: int) -> bool:
    """Whether the system says that process *pid* is stopped by a signal or traced.

    False where nobody can tell: there is no such process, or no /proc.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_bytes()
    except OSError:
        return False
    after_name = stat.rpartition(b")")[2].split()
    return bool(after_name) and after_name[0] in _STOPPED
