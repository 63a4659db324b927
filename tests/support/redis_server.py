"""A real Redis on a port of its own, which tests may stop, kill, freeze and start again."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from agents.local import tether

START_S = 20.0
"""Longest start on a loaded machine, in seconds."""

MISSING = (
    "redis-server is missing: apt-get install --no-install-recommends redis-server, "
    "or brew install redis"
)


class RedisServer:
    """Writes each change before it answers, so that a kill takes nothing back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """The address that clients are given."""
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self, *options: str) -> None:
        """Start it, on the same port and files as before, and wait until it answers."""
        self.launch(*options)
        deadline = time.monotonic() + START_S
        while not self._answers():
            assert time.monotonic() < deadline, f"Redis did not start: {self._log.read_text()}"
            time.sleep(0.01)

    def launch(self, *options: str) -> None:
        """Start it, and do not wait."""
        program = shutil.which("redis-server")
        if program is None:
            pytest.fail(MISSING)
        fixed = f"--bind 127.0.0.1 --port {self.port} --appendonly yes --appendfsync always"
        command = [program, *fixed.split(), "--save", "", *options]
        # Tethered: it ends with the tests, also if these are killed.
        tethered = [sys.executable, tether.__file__, str(os.getpid()), *command]
        self.folder.mkdir(exist_ok=True)
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(tethered, cwd=self.folder, stdout=log, stderr=log)

    def stop(self) -> None:
        """Tell it to end; nothing if it has."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End it in the middle of whatever it does."""
        self._end(signal.SIGKILL)

    def freeze(self) -> None:
        """Let it keep its connections and answer nothing."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let a frozen one go on."""
        assert self._process is not None
        self._process.send_signal(signal.SIGCONT)

    def ask(self, *words: str) -> bytes:
        """Return what it answers to a command, without any client of ours."""
        sent = b"".join(b"$%d\r\n%s\r\n" % (len(word), word.encode()) for word in words)
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as connection:
            connection.sendall(b"*%d\r\n%s" % (len(words), sent))
            return connection.recv(1 << 20)

    @property
    def _log(self) -> Path:
        return self.folder / "redis.log"

    def _answers(self) -> bool:
        try:
            # One with a password does not say PONG.
            return self.ask("PING")[:5] in {b"+PONG", b"-NOAU"}
        except OSError:
            return False

    def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None:
            process.send_signal(signal.SIGCONT)
            process.send_signal(how)
            process.wait(timeout=START_S)


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[RedisServer]:
    """Run a server whose files are in *folder*."""
    server = RedisServer(folder)
    server.start(*options)
    try:
        yield server
    finally:
        server.kill()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
