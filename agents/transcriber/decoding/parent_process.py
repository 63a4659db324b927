"""The process that forks the decoders, as its worker sees it."""

import os
import signal
import socket
import subprocess
import sys
import threading
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import BinaryIO

import structlog

from agents.errors import ChildDied
from agents.transcriber.decoding.control import Note, hear, tell
from agents.transcriber.decoding.decoder import DecodeLimits

log = structlog.get_logger()

PROGRAM = "agents.transcriber.decoding.parent"

PIECE = "decoding"
"""Names the piece of work that a decoder dies of."""

START_S = 60.0
"""Time for the parent to start, in seconds; a second is usual."""

_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
"""All that a process which reads hostile bytes knows of our environment: no keys, no passwords."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a decoder's process ended: an exit code or minus a signal, and the most it held."""

    code: int
    peak_bytes: int = 0
    """Memory at its largest, what it shares with its parent included; 0 where nobody knows."""


class ParentProcess:
    """The process that forks the decoders, and the thread that hears how they end."""

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._running: dict[int, Future[Ended]] = {}
        self.lives = True
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )
        self._control.settimeout(START_S)
        try:
            said = hear(self._control)
        except TimeoutError:
            said = None
        self._control.settimeout(None)
        if said is None:
            self.lives = False
            self._end_process()
            raise ChildDied("the decoders' parent does not start", piece=PIECE, alone=False)
        self.confined: bool = said.said["confined"]
        if not self.confined:
            log.warning(
                "decoders are bounded by limits alone: system calls cannot be filtered here"
            )
        self._thread = threading.Thread(target=self._listen, name="decoders", daemon=True)
        self._thread.start()

    def begin(
        self, job: int, file: BinaryIO, to_worker: socket.socket, limits: DecodeLimits
    ) -> "Future[Ended]":
        """Have *file* decoded; return how its process will end."""
        ended: Future[Ended] = Future()
        said = {"job": job, "limits": asdict(limits)}
        with self._lock:
            if not self.lives:
                raise death(signal.SIGKILL)
            self._running[job] = ended
            try:
                tell(self._control, said, [file.fileno(), to_worker.fileno()])
            except OSError as error:
                raise death(signal.SIGKILL) from error
        return ended

    def kill(self, job: int) -> None:
        """Kill the process of *job*, should it still run."""
        with suppress(OSError):
            tell(self._control, {"kill": job})

    def close(self) -> None:
        """End the parent, and with it all that it started."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._control.close()
        self._end_process()

    def _end_process(self) -> None:
        self._process.kill()
        self._process.wait()

    def _listen(self) -> None:
        while note := self._next_note():
            with self._lock:
                said = dict(note.said)
                self._running.pop(said.pop("job")).set_result(Ended(**said))
        with self._lock:
            self.lives = False
            for ended in self._running.values():
                ended.set_result(Ended(code=-signal.SIGKILL))
            self._running.clear()

    def _next_note(self) -> Note | None:
        try:
            return hear(self._control)
        except OSError:
            return None


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # Threads of a library would be lost in a fork, and with them the locks that they hold.
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "OPENBLAS_NUM_THREADS": "1",
    }


def death(ended_by: int | None) -> ChildDied:
    """Return the error of a decoder that died, by the signal *ended_by* or by itself."""
    how = f"signal {ended_by}" if ended_by else "an error of its own"
    return ChildDied(f"the decoder ended by {how}", piece=PIECE, alone=True, ended_by=ended_by)
