"""Fetches recordings by `file:` URI, from inside the allowed folders and nowhere else."""

import asyncio
import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from typing import BinaryIO

from agents.errors import AudioForbidden, AudioMissing, DependencyUnavailable
from agents.storage.audio_uri import AudioUri
from agents.storage.owner import Owner
from agents.storage.spool import Spool

PIECE_BYTES = 1 << 20
"""Bytes copied at a time: large enough to be quick, small against a worker's memory."""

_REFUSALS = {errno.ELOOP, errno.ENXIO, errno.EACCES, errno.EPERM, errno.EISDIR, errno.ENAMETOOLONG}
"""Errors of open() that are about this path; any other is about our disk or process."""

_OPEN_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


class FileAudio:
    """Reads `file:` URIs inside *roots*."""

    def __init__(self, roots: Sequence[Path]) -> None:
        self._roots = tuple(root.absolute() for root in roots)

    async def fetch(self, uri: AudioUri, spool: Spool, *, owner: Owner) -> None:
        """Copy the file behind *uri* to *spool*.

        Raises:
            AudioForbidden: the URI leaves the allowed folders or names no regular file.
            AudioMissing: there is no such file in an allowed folder.
            DependencyUnavailable: the allowed folder is not there, or its disk fails.

        """
        del owner  # the allowed folders are everybody's
        await asyncio.to_thread(self._copy, uri, spool)

    def _copy(self, uri: AudioUri, spool: Spool) -> None:
        with self._open(uri) as file:
            while piece := _read(file, uri):
                spool.write(piece)

    def _open(self, uri: AudioUri) -> BinaryIO:
        path = _path_of(uri)
        root = next((root for root in self._roots if _holds(root, path)), None)
        if root is None:
            raise AudioForbidden(
                f"audio_uri {uri.text!r} is outside of the folders that this worker may read; "
                "DAYBOOK_AUDIO_ROOTS names them"
            )
        if not root.is_dir():
            raise DependencyUnavailable("audio-root", f"the folder {str(root)!r} is not there")
        return _open_inside(path, root, uri)


def _holds(root: Path, path: Path) -> bool:
    return path.is_relative_to(root) or path.is_relative_to(root.resolve())


def _path_of(uri: AudioUri) -> Path:
    """Return the absolute path, having refused every spelling that could mean another one."""
    if uri.host not in ("", "localhost"):
        raise AudioForbidden(f"audio_uri {uri.text!r} names the host {uri.host!r}")
    if not uri.path.startswith("/") or {"..", "."} & set(uri.path.split("/")):
        raise AudioForbidden(f"audio_uri {uri.text!r} is not an absolute, plain path")
    if "?" in uri.text or "#" in uri.text:
        raise AudioForbidden(f"audio_uri {uri.text!r} has a query or a fragment; write %3F or %23")
    return Path("/" + uri.path.lstrip("/"))


def _open_inside(path: Path, root: Path, uri: AudioUri) -> BinaryIO:
    try:
        descriptor = os.open(path, _OPEN_FLAGS)
    except (FileNotFoundError, NotADirectoryError) as error:
        raise AudioMissing(f"there is no file behind audio_uri {uri.text!r}") from error
    except OSError as error:
        if error.errno not in _REFUSALS:
            raise _failed(uri, error) from error
        raise AudioForbidden(f"audio_uri {uri.text!r} cannot be read: {error.strerror}") from error
    try:
        _prove_inside(descriptor, path, root, uri)
        return os.fdopen(descriptor, "rb", buffering=0)
    except BaseException:
        os.close(descriptor)
        raise


def _prove_inside(descriptor: int, path: Path, root: Path, uri: AudioUri) -> None:
    """Judge the file by its descriptor: whatever happens to the path now, this file is open."""
    opened = os.fstat(descriptor)
    if not stat.S_ISREG(opened.st_mode):
        raise AudioForbidden(f"audio_uri {uri.text!r} is not a regular file")
    real = _real_path(descriptor, path)
    if not real.is_relative_to(root.resolve()):
        raise AudioForbidden(f"audio_uri {uri.text!r} leads out of {str(root)!r} by a link")
    try:
        same = os.path.samestat(real.stat(follow_symlinks=False), opened)
    except OSError:
        same = False
    if not same:
        raise AudioMissing(f"the file behind audio_uri {uri.text!r} was replaced while opening it")


def _real_path(descriptor: int, path: Path) -> Path:
    try:
        return Path(f"/proc/self/fd/{descriptor}").readlink()
    except OSError:  # no /proc on this system: resolve the path, its identity is compared after
        return path.resolve()


def _read(file: BinaryIO, uri: AudioUri) -> bytes:
    try:
        return file.read(PIECE_BYTES)
    except OSError as error:
        raise _failed(uri, error) from error


def _failed(uri: AudioUri, error: OSError) -> DependencyUnavailable:
    return DependencyUnavailable("audio-root", f"cannot read {uri.text!r}: {error.strerror}")
