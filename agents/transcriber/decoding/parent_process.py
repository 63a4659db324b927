"""The process that forks the decoders, as its worker sees it."""

import os
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

import structlog

from agents.errors import ChildDied
from agents.transcriber.decoding.control import hear, tell
from agents.transcriber.decoding.decoder import DecodeLimits

log = structlog.get_logger()

PROGRAM = "agents.transcriber.decoding.parent"

PIECE = "decoding"
"""Names the piece of work that a decoder dies of."""

START_S = 60.0
"""Time for the parent to start, in seconds; a second is usual."""

TAKE_UP_S = 60.0
"""Time for the parent to take up a job, in seconds; milliseconds are usual."""

_SEND_S = 10
"""Time for the parent to make room for one more note, in seconds: it holds hundreds."""

_KEPT_ENVIRONMENT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")
"""All that a process which reads hostile bytes knows of our environment: no keys, no passwords."""

_NONSENSE = (ValueError, KeyError, TypeError)
"""What notes raise that are not those of a parent in its right mind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a decoder's process ended: an exit code or minus a signal, and what it took."""

    code: int
    peak_bytes: int = 0
    """Memory at its largest, what it shares with its parent included; 0 where nobody knows."""
    cpu_s: float = 0.0
    """Processor time, in seconds; 0 where nobody knows."""
    killed: bool = False
    """Whether its worker had it killed, and nobody else had stopped it by then."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What the parent will say of a job: first that it was taken up, then how it ended."""

    begun: "Future[None]" = field(default_factory=Future)
    ended: "Future[Ended]" = field(default_factory=Future)


class ParentProcess:
    """The process that forks the decoders, and the thread that hears how they end.

    Once it is gone, or given up, all that it had begun ended as if killed from outside.
    """

    def __init__(self) -> None:
        self._control, theirs = socket.socketpair()
        self._lock = threading.Lock()
        self._running: dict[int, _Job] = {}
        self.lives = True
        with theirs, ExitStack() as failing:
            failing.callback(self._control.close)
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env=_environment(),
            )
            failing.pop_all()
        self.confined = self._starts()
        if not self.confined:
            log.warning(
                "decoders are bounded by limits alone: system calls cannot be filtered here"
            )
        self._thread = threading.Thread(target=self._listen, name="decoders", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            self._control.close()
            self._end_process()
            raise

    def begin(
        self, job: int, file: BinaryIO, to_worker: socket.socket, limits: DecodeLimits
    ) -> "Future[Ended]":
        """Have *file* decoded; return how its process will end.

        Raises:
            ChildDied: the parent is gone, or does not take the job up; then it is given up.

        """
        coming = _Job()
        said = {"job": job, "limits": asdict(limits)}
        with self._lock:
            if not self.lives:
                raise death(signal.SIGKILL)
            self._running[job] = coming
        self._tell(said, [file.fileno(), to_worker.fileno()])
        try:
            coming.begun.result(TAKE_UP_S)
        except TimeoutError:
            self.give_up("it takes no work")
            raise death(signal.SIGKILL) from None
        return coming.ended

    def kill(self, job: int) -> None:
        """Kill the process of *job*, should it still run."""
        self._tell({"kill": job})

    def give_up(self, why: str) -> None:
        """Kill the parent, which does not answer."""
        if self.lives:
            log.warning("the decoders' parent is given up", why=why)
        self.lives = False
        self._process.kill()
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """End the parent, and with it all that it started."""
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        self._thread.join()
        self._control.close()
        self._end_process()

    def _starts(self) -> bool:
        """Return, once the parent is ready, whether it can confine its decoders."""
        self._control.settimeout(START_S)
        try:
            note = hear(self._control)
            confined = None if note is None else note.said["confined"]
        except (TimeoutError, *_NONSENSE):
            confined = None
        self._control.settimeout(None)
        if confined is None:
            self.lives = False
            self._control.close()
            self._end_process()
            raise ChildDied("the decoders' parent does not start", piece=PIECE, alone=False)
        # Of the socket, not of Python's: that would bound how long the thread may listen, too.
        patience = struct.pack("@ll", _SEND_S, 0)
        self._control.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, patience)
        return bool(confined)

    def _end_process(self) -> None:
        self._process.kill()
        self._process.wait()

    def _tell(self, said: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
        """Say *said*; a parent that makes no room for it is given up, with all its jobs."""
        try:
            with self._lock:
                tell(self._control, said, descriptors)
        except OSError as error:
            self.give_up(repr(error))

    def _listen(self) -> None:
        try:
            while (note := hear(self._control)) is not None:
                self._take(dict(note.said))
        except OSError:
            pass
        except _NONSENSE as error:
            self.give_up(repr(error))
        finally:
            self._lose_all()

    def _take(self, said: dict[str, Any]) -> None:
        if "begun" in said:
            self._running[said["begun"]].begun.set_result(None)
            return
        job, ended = said.pop("job"), Ended(**said)
        self._running.pop(job).ended.set_result(ended)

    def _lose_all(self) -> None:
        with self._lock:
            self.lives = False
            lost = list(self._running.values())
            self._running.clear()
        for job in lost:
            if not job.begun.done():
                job.begun.set_result(None)
            job.ended.set_result(Ended(code=-signal.SIGKILL))


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    # Threads of a library would be lost in a fork, and with them the locks that they hold.
    return kept | {
        "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        "OPENBLAS_NUM_THREADS": "1",
    }


def death(ended_by: int | None, *, over_limit: bool = False) -> ChildDied:
    """Return the error of a decoder that died, by the signal *ended_by* or by itself.

    *over_limit* says that it was ended for breaking its own limits.
    """
    how = f"signal {ended_by}" if ended_by else "an error of its own"
    return ChildDied(
        f"the decoder ended by {how}",
        piece=PIECE,
        alone=True,
        ended_by=ended_by,
        over_limit=over_limit,
    )
