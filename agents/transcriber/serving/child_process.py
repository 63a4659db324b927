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
from multiprocessing.connection import Connection

from agents import metrics
from agents.errors import ChildDied
from agents.transcriber.serving.child import BEAT_S
from agents.transcriber.serving.messages import Answer, Beat, GpuUse

PROGRAM = "agents.transcriber.serving.child"

_LONGEST_TURN_S = 2 * BEAT_S
"""What one turn counts at most: time in which this whole machine was frozen is nobody's fault."""


class ChildProcess:
    """One process; after its end nothing but how it ended can be learned from it.

    A thread listens to it and kills it where it is silent for *silence_s*, or late with an answer.
    """

    def __init__(self, *, silence_s: float) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", PROGRAM, str(theirs.fileno())],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
            )
        self._connection = Connection(ours.detach())
        self._silence_s = silence_s
        self._silence_allowed_s = silence_s
        self._left_s: float | None = None
        self._answers: queue.SimpleQueue[Answer | None] = queue.SimpleQueue()
        self._broke: str | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="engine-beats", daemon=True)
        self._thread.start()

    @property
    def pid(self) -> int:
        """Its number."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Whether it can be asked something."""
        return not self._ended.is_set()

    @property
    def how_it_ended(self) -> str:
        """Why we ended it, or what ended it, for people."""
        code = self._process.poll()
        if self._broke is not None:
            return self._broke
        return f"signal {-code}" if code is not None and code < 0 else f"exit code {code}"

    def ask(self, message: object, deadline_s: float, *, silently: bool = False) -> Answer:
        """Return the answer to *message*, which is to come within *deadline_s* of its life.

        *silently*: it need not give signs of life meanwhile.

        Raises:
            ChildDied: it ended, or had to be ended because it was silent or late.

        """
        self._silence_allowed_s = deadline_s if silently else self._silence_s
        self._left_s = deadline_s
        with suppress(OSError):
            self._connection.send(message)
        answer = self._answers.get()
        self._left_s = None
        self._silence_allowed_s = self._silence_s
        if answer is None:
            raise self._death()
        return answer

    def kill(self) -> None:
        """End it at once."""
        self._process.kill()

    def close(self) -> None:
        """End it, and wait for that."""
        self.kill()
        self._process.wait()
        self._thread.join()
        self._connection.close()

    def _death(self) -> ChildDied:
        code = self._process.wait()
        return ChildDied(
            f"the speech engine's process ended: {self.how_it_ended}",
            ended_by=-code if code < 0 else None,
            over_limit=self._broke == _LATE,
        )

    def _listen(self) -> None:
        silent_s = 0.0
        with suppress(EOFError, OSError):
            while True:
                began = time.monotonic()
                said = self._connection.recv() if self._connection.poll(BEAT_S) else None
                turn_s = min(time.monotonic() - began, _LONGEST_TURN_S)
                silent_s = silent_s + turn_s if said is None else 0.0
                if isinstance(said, Beat):
                    _show(said.gpu)
                elif said is not None:
                    self._answers.put(said)
                    continue
                if silent_s >= self._silence_allowed_s:
                    self._end(_FROZEN)
                elif self._is_late(turn_s):
                    self._end(_LATE)
        self._ended.set()
        self._process.kill()
        self._answers.put(None)

    def _is_late(self, turn_s: float) -> bool:
        if self._left_s is None:
            return False
        self._left_s -= turn_s
        return self._left_s <= 0

    def _end(self, why: str) -> None:
        self._broke = self._broke or why
        self._process.send_signal(signal.SIGKILL)


def _show(gpu: GpuUse | None) -> None:
    if gpu is not None:
        metrics.GPU_MEMORY_BYTES.set(gpu.memory_bytes)
        metrics.GPU_UTILISATION.set(gpu.utilisation)


_FROZEN, _LATE = "no sign of life", "no answer in time"
