"""Small things done to files: lock one, replace one whole, read its end, keep it from growing."""

import fcntl
import json
import os
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

LOCK_POLL_S = 0.05
"""Time between two tries for a lock that another process holds."""


@contextmanager
def locked(path: Path, *, timeout_s: float) -> Iterator[None]:
    """Hold an exclusive lock on `path`, which the system frees when this process ends, however.

    Raises:
        TimeoutError: another process held it all the time.

    """
    path.parent.mkdir(parents=True, exist_ok=True)
    deadline = time.monotonic() + timeout_s
    with path.open("a") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise TimeoutError(f"{path} is locked by another process") from None
            time.sleep(LOCK_POLL_S)
        yield


def write_json(path: Path, fields: Mapping[str, object]) -> None:
    """Replace `path` in one step: a reader sees the old text or the new, never half of one."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    with os.fdopen(handle, "w") as file:
        json.dump(fields, file, indent=1)
    Path(temporary).replace(path)


def read_json(path: Path) -> dict[str, object] | None:
    """Return the object in `path`; None where there is none, or something else."""
    with suppress(OSError, ValueError):
        fields = json.loads(path.read_text())
        return fields if isinstance(fields, dict) else None
    return None


def tail(path: Path, *, lines: int = 20, begin: int = 0, max_bytes: int = 16_384) -> str:
    """Return a log's last lines, none from before byte `begin`; empty where there is no log."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(0, begin, size - max_bytes))
            text = file.read().decode(errors="replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])


def rotate(path: Path, *, max_bytes: int) -> None:
    """Move a log that has grown over `max_bytes` to `<name>.1`, over the one before."""
    with suppress(FileNotFoundError):
        if path.stat().st_size > max_bytes:
            path.replace(path.with_name(f"{path.name}.1"))
