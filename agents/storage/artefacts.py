"""Keeps what is too large for Kafka: files named by the sha256 of their content."""

import asyncio
import hashlib
import os
import re
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol
from urllib.parse import urlsplit

from agents.errors import AudioForbidden, DependencyUnavailable

_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,16}){0,2}")


class ArtefactStore(Protocol):
    """Keeps bytes under a URI made from their content: the same bytes always get the same URI.

    Both methods raise `DependencyUnavailable` while the store cannot be reached.
    """

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its URI, which ends in *suffix* (such as `.words.json`)."""
        ...

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*; a URI that is not of this store is refused."""
        ...


class FolderArtefacts:
    """Keeps artefacts in *folder*, spread over sub-folders by their first two digits."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its `file:` URI."""
        return await asyncio.to_thread(self._put, content, suffix)

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*.

        Raises:
            AudioForbidden: *uri* is not one of this store's.
            DependencyUnavailable: the file cannot be read, or is no longer what its name says.

        """
        return await asyncio.to_thread(self._get, uri)

    def _put(self, content: bytes, suffix: str) -> str:
        path = self._path(hashlib.sha256(content).hexdigest() + suffix)
        try:
            if not path.exists():
                self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                write_atomically(path, content)
        except OSError as error:
            raise _unavailable(path, error) from error
        return path.as_uri()

    def _get(self, uri: str) -> bytes:
        name = urlsplit(uri).path.rpartition("/")[2]
        path = self._path(name)
        if not _NAME.fullmatch(name) or uri != path.as_uri():
            raise AudioForbidden(f"{uri!r} is not an artefact of this store")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise _unavailable(path, error) from error
        if hashlib.sha256(content).hexdigest() != name[:64]:
            raise DependencyUnavailable("artefacts", f"{str(path)!r} is damaged")
        return content

    def _path(self, name: str) -> Path:
        return self._folder / name[:2] / name


def write_atomically(path: Path, content: bytes) -> None:
    """Write *content* so that *path* is never seen half-written; readable by its owner only."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, prefix=".new-", delete=False) as temporary:
        try:
            temporary.write(content)
            temporary.flush()
            os.replace(temporary.name, path)  # noqa: PTH105 - the name is a string already
        except BaseException:
            Path(temporary.name).unlink(missing_ok=True)
            raise


def _unavailable(path: Path, error: OSError) -> DependencyUnavailable:
    return DependencyUnavailable("artefacts", f"{str(path)!r}: {error.strerror}")
