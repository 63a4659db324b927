"""Keeps what is too large for Kafka: files named by the sha256 of their content.

Beside them are results, each under a key that its maker derives from what it was made of.
"""

import asyncio
import hashlib
import re
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, Protocol

from agents.errors import ArtefactDamaged, ArtefactMissing, AudioForbidden, DependencyUnavailable
from agents.storage.durable_file import PIECE_BYTES, is_written, write_durably
from agents.storage.results import result_name, sealed, unsealed

_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,16}){0,2}")


class ArtefactStore(Protocol):
    """Keeps bytes under a URI made from their content: the same bytes always get the same URI.

    All methods raise `DependencyUnavailable` while the store cannot be reached.
    """

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its URI, which ends in *suffix* (such as `.words.json`).

        What is there already and is damaged is replaced.
        """
        ...

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*, which is untrusted text.

        Raises:
            AudioForbidden: *uri* is not one of this store's.
            ArtefactMissing: the store has nothing under *uri*.
            ArtefactDamaged: what it has is no longer what was kept.

        """
        ...

    async def put_file(self, file: BinaryIO, sha256: str, suffix: str) -> str:
        """Keep all of *file*, whose sha256 is *sha256*, as `put` does; never whole in memory.

        What is there already is replaced: it may be damaged.
        """
        ...

    def pieces(self, uri: str) -> AsyncIterator[bytes]:
        """Yield the bytes that `get` would return, with its errors.

        Damage is told after the last piece: the bytes count only once there are no more.
        """
        ...

    async def remember(self, key: str, content: bytes) -> None:
        """Keep *content* as the result *key*, in place of an older one.

        Raises:
            ValueError: *key* is not a sha256 in hexadecimal digits.

        """
        ...

    async def recall(self, key: str) -> bytes | None:
        """Return the result *key*; None if there is none, or no whole one.

        Raises:
            ValueError: *key* is not a sha256 in hexadecimal digits.

        """
        ...


class FolderArtefacts:
    """Keeps artefacts in *folder*, spread over sub-folders by their first two digits.

    *folder* is made here, once. One that is not there later on is out of reach, as with a volume
    that is not mounted: it is waited for, never made anew in another place.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        with suppress(OSError):  # whoever uses it is told
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its `file:` URI."""
        return await asyncio.to_thread(self._put, content, suffix)

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*."""
        return await asyncio.to_thread(self._get, uri)

    async def put_file(self, file: BinaryIO, sha256: str, suffix: str) -> str:
        """Keep all of *file* and return its `file:` URI."""
        path = self._path(sha256 + suffix)
        await asyncio.to_thread(self._write, path, file)
        return path.as_uri()

    async def pieces(self, uri: str) -> AsyncIterator[bytes]:
        """Yield the bytes that `get` would return."""
        path, digest = self._path(name_in(uri, self._uri)), hashlib.sha256()
        try:
            with await asyncio.to_thread(path.open, "rb") as file:
                while piece := await asyncio.to_thread(file.read, PIECE_BYTES):
                    digest.update(piece)
                    yield piece
        except OSError as error:
            raise self._unreadable(path, error) from error
        check_whole(uri, digest.hexdigest())

    async def remember(self, key: str, content: bytes) -> None:
        """Keep *content* as the result *key*."""
        path = self._folder / result_name(key)
        await asyncio.to_thread(self._write, path, sealed(content))

    async def recall(self, key: str) -> bytes | None:
        """Return the result *key*."""
        return await asyncio.to_thread(self._recall, self._folder / result_name(key))

    def _put(self, content: bytes, suffix: str) -> str:
        path = self._path(hashlib.sha256(content).hexdigest() + suffix)
        if not is_written(path, content):
            self._write(path, content)
        return path.as_uri()

    def _write(self, path: Path, content: bytes | BinaryIO) -> None:
        try:
            write_durably(path, content, root=self._folder)
        except OSError as error:
            raise self._unavailable(path, error) from error

    def _get(self, uri: str) -> bytes:
        path = self._path(name_in(uri, self._uri))
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._unreadable(path, error) from error
        check_whole(uri, hashlib.sha256(content).hexdigest())
        return content

    def _recall(self, path: Path) -> bytes | None:
        try:
            return unsealed(path.read_bytes())
        except OSError as error:
            reason = self._unreadable(path, error)
            if isinstance(reason, ArtefactMissing):
                return None
            raise reason from error

    def _unreadable(self, path: Path, error: OSError) -> ArtefactMissing | DependencyUnavailable:
        """Tell a file that is missing from a store that is."""
        missing = isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        if missing and self._folder.is_dir():
            return ArtefactMissing(f"there is no artefact {path.as_uri()!r}")
        return self._unavailable(path, error)

    def _unavailable(self, path: Path, error: OSError) -> DependencyUnavailable:
        if not self._folder.is_dir():
            return DependencyUnavailable(
                "artefacts", f"the folder {str(self._folder)!r} is not there"
            )
        return DependencyUnavailable("artefacts", f"{str(path)!r}: {error.strerror}")

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name

    def _uri(self, name: str) -> str:
        return self._path(name).as_uri()


def name_in(uri: str, uri_of: Callable[[str], str]) -> str:
    """Return the name of the artefact that *uri*, untrusted text, is of.

    Raises:
        AudioForbidden: *uri_of* its name is another: it is not of this store.

    """
    name = uri.rpartition("/")[2]
    if not _NAME.fullmatch(name) or uri != uri_of(name):
        raise AudioForbidden(f"{uri!r} is not an artefact of this store")
    return name


def check_whole(uri: str, sha256: str) -> None:
    """Compare *sha256*, of what was found, with the name of what was kept.

    Raises:
        ArtefactDamaged: they differ.

    """
    if uri.rpartition("/")[2].partition(".")[0] != sha256:
        raise ArtefactDamaged(f"the artefact {uri!r} is damaged: its sha256 is another")
