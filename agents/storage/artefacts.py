"""Keeps what is too large for Kafka: files named by the sha256 of their content."""

import asyncio
import hashlib
import os
import re
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Protocol

from agents.errors import ArtefactDamaged, ArtefactMissing, AudioForbidden, DependencyUnavailable
from agents.storage.kept_result import sealed, unsealed

_NAME = re.compile(r"[0-9a-f]{64}(\.[a-z0-9]{1,16}){0,2}")


class ArtefactStore(Protocol):
    """Keeps bytes under a URI made from their content: the same bytes always get the same URI.

    Both methods raise `DependencyUnavailable` while the store cannot be reached.
    """

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its URI, which ends in *suffix* (such as `.words.json`)."""
        ...

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*, which is untrusted text.

        Raises:
            AudioForbidden: *uri* is not one of this store's.
            ArtefactMissing: the store has nothing under *uri*.
            ArtefactDamaged: what it has is no longer what was kept.

        """
        ...

    async def remember(self, key: str, content: bytes) -> None:
        """Keep *content* under *key*, a sha256 in hexadecimal; it takes the place of another."""
        ...

    async def recall(self, key: str) -> bytes | None:
        """Return what is kept under *key*; None where nothing is, or what is there is damaged."""
        ...


class FolderArtefacts:
    """Keeps artefacts in *folder*, spread over sub-folders by their first two digits.

    A folder that is not there later on is out of reach: it is waited for.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder.absolute()
        # In a new store everything is missing, nothing out of reach.
        with suppress(OSError):
            self._make_folder()

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its `file:` URI."""
        return await asyncio.to_thread(self._put, content, suffix)

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*."""
        return await asyncio.to_thread(self._get, uri)

    async def remember(self, key: str, content: bytes) -> None:
        """Keep *content* under *key*."""
        await asyncio.to_thread(self._remember, key, content)

    async def recall(self, key: str) -> bytes | None:
        """Return what is kept under *key*."""
        return await asyncio.to_thread(self._recall, key)

    def _remember(self, key: str, content: bytes) -> None:
        path = self._result(key)
        try:
            self._make_folder()
            write_atomically(path, sealed(content))
        except OSError as error:
            raise _unavailable(path, error) from error

    def _recall(self, key: str) -> bytes | None:
        path = self._result(key)
        try:
            return unsealed(path.read_bytes())
        except OSError as error:
            failed = self._unreadable(path, error)
            if isinstance(failed, ArtefactMissing):
                return None
            raise failed from error

    def _result(self, key: str) -> Path:
        return self._folder / "results" / key[:2] / f"{key}.json"

    def _put(self, content: bytes, suffix: str) -> str:
        path = self._path(hashlib.sha256(content).hexdigest() + suffix)
        try:
            if not path.exists():
                self._make_folder()
                write_atomically(path, content)
        except OSError as error:
            raise _unavailable(path, error) from error
        return path.as_uri()

    def _get(self, uri: str) -> bytes:
        name = uri.rpartition("/")[2]
        path = self._path(name)
        if not _NAME.fullmatch(name) or uri != path.as_uri():
            raise AudioForbidden(f"{uri!r} is not an artefact of this store")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise self._unreadable(path, error) from error
        if hashlib.sha256(content).hexdigest() != name[:64]:
            raise ArtefactDamaged(f"the artefact {uri!r} is damaged: its sha256 is another")
        return content

    def _unreadable(self, path: Path, error: OSError) -> ArtefactMissing | DependencyUnavailable:
        """Tell a file that is missing from a store that is."""
        missing = isinstance(error, FileNotFoundError | NotADirectoryError | IsADirectoryError)
        if missing and self._folder.is_dir():
            return ArtefactMissing(f"there is no artefact {path.as_uri()!r}")
        return _unavailable(path, error)

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

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
