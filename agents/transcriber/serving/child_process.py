"""The process of a worker's engines, as the worker sees it: what it says, and how it ends."""

import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import Connection

import structlog

from agents import metrics
from agents.errors import ChildDied
from agents.process_state import is_stopped
from agents.transcriber.serving.child import BEAT_S
from agents.transcriber.serving.messages import Answer, Beat, GpuUse

log = structlog.get_logger()

PROGRAM = "agents.transcriber.serving.child"

_LONGEST_TURN_S = 2 * BEAT_S
"""What one turn counts at most: time in which this whole machine was frozen is nobody's fault."""

_LAST_BREATH_S = 10.0
"""Time for the system to end a process that was killed, in seconds."""

_FROZEN, _LATE, _NONSENSE = "no sign of life", "no answer in time", "it cannot be understood"
_STOPPED, _UNWANTED = "stopped from outside", "we ended it"


@dataclass(frozen=True, slots=True, eq=False)
class _Question:
    """What the process is asked, as far as its watch needs to know."""

    deadline_s: float
    silently: bool


class ChildProcess:
    """One process; after its end nothing but how it ended can be learned from it.

    One thread listens to it. Another one, which never waits for it, kills it where it is silent for
    *silence_s*, or late with an answer.
    """

    def __init__(self, *, silence_s: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs, ours:
            # In a session of its own: what a terminal tells its programs is not for this one.
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
                start_new_session=True,
            )
            self._socket = ours.dup()
            self._connection = Connection(ours.detach())
        self._silence_s = silence_s
        self._heard = 0
        self._question: _Question | None = None
        self._answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._broke: str | None = None
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=self._listen, name="engine-listener", daemon=True),
            threading.Thread(target=self._watch, name="engine-watch", daemon=True),
        ]
        try:
            for thread in self._threads:
                thread.start()
        except BaseException:
            self._process.kill()
            self._process.wait()
            raise

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether it can be asked something."""
        return self._broke is None and not self._ended.is_set()

    @property
    def how_it_ended(self) -> str:
        """Why we ended it, or what ended it, for people."""
        code = self._process.poll()
        if self._broke is not None:
            return self._broke
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def ask(self, message: object, deadline_s: float, *, silently: bool = False) -> Answer:
        """Return the answer to *message*, which is to come within *deadline_s* of its life.

        *silently*: it need not give signs of life meanwhile, unless it is stopped.

        Raises:
            ChildDied: it ended, or had to be ended because it was silent or late.

        """
        self._question = _Question(deadline_s, silently)
        try:
            with suppress(OSError):
                self._connection.send(message)
            answer = self._answers.get()
        finally:
            self._question = None
        if answer is None:
            raise self._death()
        return answer

    def kill(self) -> None:
        """End it at once."""
        self._end(_UNWANTED)

    def close(self) -> None:
        """End it, and wait for that."""
        self.kill()
        self._wait()
        for thread in self._threads:
            thread.join()
        self._connection.close()
        self._socket.close()

    def _wait(self) -> int:
        """Wait for the end of what was killed; a driver can hold it for ever, but not us."""
        try:
            return self._process.wait(_LAST_BREATH_S)
        except subprocess.TimeoutExpired:
            log.warning("the engine's process does not end", pid=self.pid)
            return -signal.SIGKILL

    def _death(self) -> ChildDied:
        code = self._wait()
        return ChildDied(
            f"the speech engine's process ended: {self.how_it_ended}",
            ended_by=-code if code < 0 else None,
            over_limit=self._broke in {_LATE, _FROZEN, _NONSENSE},
        )

    def _listen(self) -> None:
        try:
            while True:
                said = self._connection.recv()
                self._heard += 1
                if isinstance(said, Beat):
                    _show(said.gpu)
                else:
                    self._answers.put(said)
        except (EOFError, OSError):
            pass
        except Exception:  # noqa: BLE001 - what cannot be unpickled may raise anything
            self._broke = self._broke or _NONSENSE
        finally:
            self._ended.set()
            self._process.kill()
            self._answers.put(None)

    def _watch(self) -> None:
        silent_s = left_s = 0.0
        heard, question = 0, self._question
        began = time.monotonic()
        while not self._ended.wait(BEAT_S):
            turn_s = min(time.monotonic() - began, _LONGEST_TURN_S)
            began = time.monotonic()
            silent_s = silent_s + turn_s if self._heard == heard else 0.0
            heard = self._heard
            if self._question is not question:
                question = self._question
                left_s = question.deadline_s if question else 0.0
            stopped = is_stopped(self.pid)
            left_s -= 0.0 if stopped else turn_s
            if silent_s >= self._silence_s and stopped:
                self._end(_STOPPED)
            elif silent_s >= self._silence_s and not (question and question.silently):
                self._end(_FROZEN)
            elif question and left_s <= 0:
                self._end(_LATE)

    def _end(self, why: str) -> None:
        """Kill it; from now on nothing that it still says answers a question to come."""
        self._broke = self._broke or why
        self._process.kill()
        with suppress(OSError):  # others may have inherited the other end
            self._socket.shutdown(socket.SHUT_RDWR)


def _show(gpu: GpuUse | None) -> None:
    if gpu is not None:
        metrics.GPU_MEMORY_BYTES.set(gpu.memory_bytes)
        metrics.GPU_UTILISATION.set(gpu.utilisation)
