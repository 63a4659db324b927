"""Watches whether anything touches what nothing may touch: a planted file, and an address."""

import ctypes
import os
import socket
import struct
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.support.audio import babble, wav_bytes
from tests.support.hostile.hostile_file import Lure

_IN_ACCESS, _IN_OPEN, _IN_NONBLOCK = 0x1, 0x20, 0o4000
_EVENT = struct.Struct("=iIII")
"""Of sys/inotify.h."""


class WatchState:
    """The traps, and what was caught in them since they were last looked at."""

    def __init__(self, folder: Path, listener: socket.socket, inotify: int) -> None:
        host, port = listener.getsockname()
        self.lure = Lure(file=folder / "secret.wav", url=f"http://{host}:{port}/secret.wav")
        self._listener = listener
        self._inotify = inotify

    def touched(self) -> list[str]:
        """Return what was opened, read or connected to since the last call."""
        return [*self._opened(), *self._connected()]

    def _opened(self) -> Iterator[str]:
        try:
            events = os.read(self._inotify, 1 << 16)
        except BlockingIOError:
            return
        while events:
            _, mask, _, size = _EVENT.unpack_from(events)
            name = events[_EVENT.size : _EVENT.size + size].rstrip(b"\0").decode()
            yield f"{'opened' if mask & _IN_OPEN else 'read'} {name or 'the folder'}"
            events = events[_EVENT.size + size :]

    def _connected(self) -> Iterator[str]:
        while True:
            try:
                connection, _ = self._listener.accept()
            except BlockingIOError:
                return
            connection.close()
            yield "connected"


@contextmanager
def watched(folder: Path) -> Iterator[WatchState]:
    """Plant a recording in *folder*, listen at an address, and watch both."""
    folder.mkdir()
    (folder / "secret.wav").write_bytes(wav_bytes(babble(1.0)))
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(0)
        inotify = _inotify(folder)
        try:
            yield WatchState(folder, listener, inotify)
        finally:
            os.close(inotify)


def _inotify(folder: Path) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    descriptor: int = library.inotify_init1(_IN_NONBLOCK)
    watch = library.inotify_add_watch(descriptor, os.fsencode(folder), _IN_OPEN | _IN_ACCESS)
    if descriptor < 0 or watch < 0:
        raise OSError(ctypes.get_errno(), "inotify does not work here")
    return descriptor


class AuditState:
    """What this process itself opens and connects to, as Python's audit events tell.

    Paths that begin with one of *allowed* are not told of.
    """

    def __init__(self, allowed: tuple[str, ...]) -> None:
        self._allowed = allowed
        self._seen: list[str] = []
        self._on = True
        sys.addaudithook(self._hear)  # for good: Python has no way to take one away

    def stop(self) -> None:
        self._on = False

    def seen(self) -> list[str]:
        """Return what was opened outside of what is allowed since the last call."""
        seen, self._seen = self._seen, []
        return seen

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if not self._on:
            return
        if event in {"socket.connect", "socket.getaddrinfo", "subprocess.Popen", "os.system"}:
            self._seen.append(f"{event} {arguments!r}")
        if event == "open" and isinstance(arguments[0], str | bytes):
            path = os.fsdecode(arguments[0])
            if not path.startswith(self._allowed):
                self._seen.append(f"open {path}")
