"""Stands between FFmpeg and a recording's file, and answers hostile seeks as FFmpeg expects."""

import errno
import os
from typing import BinaryIO


class SeekingFile:
    """A file that refuses to seek where there is nothing, rather than raise an error.

    A damaged file may name any position. FFmpeg deals with a refusal; an error of Python's would
    come out of PyAV later, as if the machine had failed.
    """

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def read(self, size: int) -> bytes:
        """Return up to *size* bytes."""
        return self._file.read(size)

    def tell(self) -> int:
        """Return the position."""
        return self._file.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Return the new position, or minus an error number."""
        try:
            return self._file.seek(offset, whence)
        except (OSError, ValueError, OverflowError):
            return -errno.EINVAL
