"""Gathers the bytes of a fetched recording in a nameless file, counting and hashing them."""

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from agents.errors import AudioMismatch, AudioTooLarge, AudioUndecodable, DependencyUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an event claims about its recording's bytes, and how many are allowed."""

    max_bytes: int
    size_bytes: int | None = None
    sha256: str | None = None


class Spool:
    """A nameless file that takes a recording's bytes, so that what was hashed is what is decoded.

    Blocking: fetchers write from a thread, or in small pieces.
    """

    def __init__(self, folder: Path, expected: Expected) -> None:
        self._folder = folder
        self._expected = expected
        self._hash = hashlib.sha256()
        self.size_bytes = 0

    def __enter__(self) -> Self:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.file: BinaryIO = tempfile.TemporaryFile(dir=self._folder)
        except OSError as error:
            raise _unavailable(self._folder, error) from error
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.file.close()

    def announce(self, size_bytes: int) -> None:
        """Hear that *size_bytes* will come, before any of them does.

        Raises:
            AudioTooLarge: they are more than allowed.
            AudioMismatch: they are not as many as the event says.

        """
        if size_bytes > self._expected.max_bytes:
            raise self._too_large()
        self._check_size(size_bytes)

    def restart(self) -> None:
        """Forget what came so far: the recording comes again from its first byte.

        Raises:
            DependencyUnavailable: the spool's disk is gone.

        """
        self._hash = hashlib.sha256()
        self.size_bytes = 0
        try:
            self.file.seek(0)
            self.file.truncate()
        except OSError as error:
            raise _unavailable(self._folder, error) from error

    def write(self, piece: bytes) -> None:
        """Take the next *piece*.

        Raises:
            AudioTooLarge: more bytes came than are allowed.
            DependencyUnavailable: the spool's disk is full or gone.

        """
        self.size_bytes += len(piece)
        if self.size_bytes > self._expected.max_bytes:
            raise self._too_large()
        self._hash.update(piece)
        try:
            self.file.write(piece)
        except OSError as error:
            raise _unavailable(self._folder, error) from error

    def finish(self) -> str:
        """Check the bytes against the event's claims, rewind, and return their sha256.

        Raises:
            AudioUndecodable: there are no bytes at all.
            AudioMismatch: size or sha256 differ from what the event says.

        """
        sha256, expected = self._hash.hexdigest(), self._expected
        if not self.size_bytes:
            raise AudioUndecodable("the recording is empty: 0 bytes")
        self._check_size(self.size_bytes)
        if expected.sha256 is not None and expected.sha256.lower() != sha256:
            raise AudioMismatch(
                f"the recording has sha256 {sha256}, its event says {expected.sha256}"
            )
        self.rewind()
        return sha256

    def rewind(self) -> None:
        """Go back to the first byte.

        Raises:
            DependencyUnavailable: the spool's disk is gone.

        """
        try:
            self.file.seek(0)
        except OSError as error:
            raise _unavailable(self._folder, error) from error

    def _check_size(self, size_bytes: int) -> None:
        if self._expected.size_bytes not in (None, size_bytes):
            raise AudioMismatch(
                f"the recording has {size_bytes} bytes, its event says {self._expected.size_bytes}"
            )

    def _too_large(self) -> AudioTooLarge:
        return AudioTooLarge(
            f"the recording has more than {self._expected.max_bytes} bytes; "
            "DAYBOOK_AUDIO_MAX_BYTES sets the limit"
        )


def _unavailable(folder: Path, error: OSError) -> DependencyUnavailable:
    return DependencyUnavailable("spool", f"cannot write to {folder}: {error}")
