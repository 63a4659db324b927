"""Writes files that are whole or not there, even after the power was cut."""

import errno
import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

PIECE_BYTES = 1 << 20
"""Bytes of a file that are in memory at a time."""

_NOT_SYNCED = {errno.EINVAL, errno.ENOTSUP}
"""Answers of file systems that write folders by themselves and cannot be asked to."""


def write_durably(path: Path, content: bytes | BinaryIO, *, root: Path) -> None:
    """Write *content* at *path*; once this returns, no power cut takes it away.

    *path* is never seen half-written, and is readable by its owner only. Folders between it and
    *root* are made, *root* is not.

    Raises:
        OSError: it cannot be written; FileNotFoundError if *root* is not there.

    """
    _make_folders(path.parent, root)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as temporary:
        try:
            if isinstance(content, bytes):
                temporary.write(content)
            else:
                content.seek(0)
                shutil.copyfileobj(content, temporary, PIECE_BYTES)
            temporary.flush()
            os.fsync(temporary.fileno())
            os.replace(temporary.name, path)  # noqa: PTH105 - the name is a string already
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise
    _sync_folder(path.parent)


def is_written(path: Path, content: bytes) -> bool:
    """Whether *path* has *content*, as `write_durably` leaves it."""
    try:
        with path.open("rb") as file:
            if os.fstat(file.fileno()).st_size != len(content):
                return False
            found = hashlib.file_digest(file, "sha256").digest()
        # Whoever wrote it may have ended before the name was on the disk.
        _sync_folder(path.parent)
    except OSError:
        return False
    return found == hashlib.sha256(content).digest()


def _make_folders(folder: Path, root: Path) -> None:
    made = root
    for name in folder.relative_to(root).parts:
        made /= name
        with suppress(FileExistsError):
            made.mkdir(mode=0o700)
        # Also where it was there: whoever made it may have ended before its name was on the disk.
        _sync_folder(made.parent)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in _NOT_SYNCED:
            raise
    finally:
        os.close(descriptor)
