"""The state folder and those in it: readable by nobody but the person whose diary it is."""

import stat
from contextlib import suppress
from pathlib import Path

from agents.errors import SettingsError

PRIVATE = 0o700

_OURS = ("broker", "broker/data", "logs", "run")
_OTHERS = ("audio", "artefacts", "spool", "demo")


def open_state_folder(state_dir: Path) -> None:
    """Make the state folder and those of this package in it; close to others what is there.

    Raises:
        SettingsError: it cannot be made or used; names the setting.

    """
    try:
        for folder in (state_dir, *(state_dir / name for name in _OURS)):
            folder.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
        for folder in (state_dir, *(state_dir / name for name in (*_OURS, *_OTHERS))):
            _close_to_others(folder)
    except OSError as error:
        where = error.filename or state_dir
        raise SettingsError(
            f"DAYBOOK_STATE_DIR={str(state_dir)!r} cannot be used: {where}: {error.strerror}"
        ) from error


def _close_to_others(folder: Path) -> None:
    if not folder.is_dir():
        return
    mode = stat.S_IMODE(folder.stat().st_mode)
    # A sticky folder, such as /tmp, is shared on purpose.
    if mode & ~PRIVATE and not mode & stat.S_ISVTX:
        with suppress(PermissionError):  # what root mounted is root's to close
            folder.chmod(PRIVATE)
