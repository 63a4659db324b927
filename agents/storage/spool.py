"""Gathers the bytes of a fetched recording in a nameless file, counting and hashing them."""

import asyncio
import hashlib
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

from agents.errors import AudioMismatch, AudioTooLarge, AudioUndecodable, DependencyUnavailable

BLOCK_BYTES = 1 << 20
"""Bytes written at a time: a network gives far fewer, and each write is a thread's errand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What an event claims about its recording's bytes, and how many are allowed."""

    max_bytes: int
    size_bytes: int | None = None
    sha256: str | None = None


class Spool:
    """A nameless file that takes a recording's bytes, so that what was hashed is what is decoded.

    `write` blocks, for a thread; `take` is for the event loop.
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
        with suppress(OSError):  # of what was still to be written: nobody reads it any more
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

    async def take(self, piece: bytes | bytearray) -> None:
        """Write the next *piece* in a thread; when cancelled, end no sooner than the thread does.

        Raises:
            AudioTooLarge: more bytes came than are allowed.
            DependencyUnavailable: the spool's disk is full or gone.

        """
        writing = asyncio.ensure_future(asyncio.to_thread(self.write, piece))
        try:
            await asyncio.shield(writing)
        except asyncio.CancelledError:
            await asyncio.gather(writing, return_exceptions=True)
            raise

    def write(self, piece: bytes | bytearray) -> None:
        """Write the next *piece*.

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


class BlocksState:
    """Gathers the pieces of one transfer into blocks that are worth a thread's time.

    After each piece, *came* is told how many bytes have come.
    """

    def __init__(self, spool: Spool, came: Callable[[int], None]) -> None:
        self._spool = spool
        self._came = came
        self._block = bytearray()
        self.size_bytes = 0

    async def take(self, piece: bytes) -> None:
        """Take the next *piece*; write what has been gathered once it is a block.

        Raises:
            AudioTooLarge: more bytes came than are allowed.
            DependencyUnavailable: the spool's disk is full or gone.

        """
        self._block += piece
        self.size_bytes += len(piece)
        self._came(self.size_bytes)
        if len(self._block) >= BLOCK_BYTES:
            await self.flush()

    async def flush(self) -> None:
        """Write what has been gathered; raises as `take` does."""
        if self._block:
            block, self._block = self._block, bytearray()
            await self._spool.take(block)


def _unavailable(folder: Path, error: OSError) -> DependencyUnavailable:
    return DependencyUnavailable("spool", f"cannot write to {folder}: {error}")
