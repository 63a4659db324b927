"""The parent of all decoders of a worker: small, without threads, and quick to fork.

Run as `python -m agents.transcriber.decoding.parent DESCRIPTOR`. Each message on that socket names
a job and brings two descriptors, of the recording and of the socket for its sound; for each the
parent forks a process that decodes this one file and has nothing else. It answers that it took the
job, and later how its process ended.
"""

import os
import select
import signal
import socket
import sys
import traceback
from contextlib import suppress

from agents.errors import AudioError, EngineFailed
from agents.process_state import is_held_up
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.control import hear, tell
from agents.transcriber.decoding.decoder import (
    DecodeLimits,
    DecodingState,
    import_all,
    silence_logs,
)
from agents.transcriber.decoding.sandbox import confine, end_with

MEMORY_BYTES = 512 << 20
"""Memory for one file beside that of the parent: hundreds of times what real recordings take."""

BLOCK_CPU_S = 20.0
"""Processor time for one block of sound, in seconds: thousands of times what real ones take."""

_WAKE_BYTES = 4096

_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024
"""Unit of the peak memory that the system tells of a process that ended."""


class ParentState:
    """The jobs that are being decoded, by process."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._jobs: dict[int, int] = {}
        self._killed: set[int] = set()
        self._woken, self._wake = os.pipe()

    def run(self) -> None:
        """Serve until the worker is gone; what is not finished then is of no use to anybody."""
        os.set_blocking(self._wake, False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._wake)
        waiting = select.poll()
        for descriptor in (self._control.fileno(), self._woken):
            waiting.register(descriptor, select.POLLIN)
        while True:
            ready = {descriptor for descriptor, _ in waiting.poll()}
            if self._woken in ready:
                os.read(self._woken, _WAKE_BYTES)
            self._tell_ended()
            if self._control.fileno() in ready and not self._serve():
                break
        for process in self._jobs:
            os.kill(process, signal.SIGKILL)

    def _serve(self) -> bool:
        """Take one message; return False at the end of them."""
        note = hear(self._control)
        if note is None:
            return False
        if "kill" in note.said:
            self._kill(note.said["kill"])
            return True
        parent = os.getpid()
        process = os.fork()
        if not process:
            end_with(parent)
            self._close()
            recording, to_worker = note.descriptors
            _decode(recording, to_worker, DecodeLimits(**note.said["limits"]))
        self._jobs[process] = note.said["job"]
        for descriptor in note.descriptors:
            os.close(descriptor)
        with suppress(BrokenPipeError, ConnectionResetError):
            tell(self._control, {"begun": note.said["job"]})
        return True

    def _close(self) -> None:
        """Leave nothing of the parent's to a decoder that its file takes over."""
        signal.set_wakeup_fd(-1)
        self._control.close()
        os.close(self._woken)
        os.close(self._wake)

    def _kill(self, job: int) -> None:
        for process, working_on in self._jobs.items():
            if working_on == job:
                if not is_held_up(process):
                    self._killed.add(process)
                os.kill(process, signal.SIGKILL)

    def _tell_ended(self) -> None:
        with suppress(ChildProcessError, BrokenPipeError, ConnectionResetError):
            while True:
                process, status, usage = os.wait4(-1, os.WNOHANG)
                if not process:
                    return
                said = {
                    "job": self._jobs.pop(process),
                    "code": os.waitstatus_to_exitcode(status),
                    "peak_bytes": usage.ru_maxrss * _MAXRSS_BYTES,
                    "cpu_s": usage.ru_utime + usage.ru_stime,
                    "killed": process in self._killed,
                }
                self._killed.discard(process)
                tell(self._control, said)


def _decode(recording: int, to_worker: int, limits: DecodeLimits) -> None:
    """Decode *recording* and end this process."""
    code = 1
    try:
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for output in (1, 2):  # nothing that a file makes this process print gets into a log
            os.dup2(0, output)
        with socket.socket(fileno=to_worker) as connection, os.fdopen(recording, "rb") as file:
            confine(memory_bytes=MEMORY_BYTES, cpu_s=int(limits.work_s))
            _say(connection, DecodingState(file, limits))
        code = 0
    except (BrokenPipeError, ConnectionResetError):
        code = 0  # the worker wants no more of it
    finally:
        os._exit(code)


def _say(connection: socket.socket, decoding: DecodingState) -> None:
    claimed = False
    signal.setitimer(signal.ITIMER_PROF, BLOCK_CPU_S)
    try:
        for block in decoding:
            if not claimed:
                messages.send(connection, messages.claim(decoding.claimed_ms))
                claimed = True
            messages.send(connection, messages.sound(block))
            signal.setitimer(signal.ITIMER_PROF, BLOCK_CPU_S)
    except AudioError as error:
        messages.send(connection, messages.refusal(error.reason, str(error)))
    except BrokenPipeError:
        raise
    except BaseException as error:
        # Nobody reads what this process could print, if it can print at all.
        where = traceback.extract_tb(error.__traceback__)[-1]
        said = f"the decoder failed: {error!r} in {where.name}, line {where.lineno}"
        messages.send(connection, messages.refusal(EngineFailed.reason, said))
        raise
    else:
        messages.send(connection, messages.info(decoding.info))


def _can_confine() -> bool:
    """Try on a process of its own whether this system lets system calls be filtered."""
    process = os.fork()
    if not process:
        os._exit(0 if confine(memory_bytes=MEMORY_BYTES, cpu_s=1) else 1)
    return os.waitpid(process, 0)[1] == 0


def main(descriptor: int) -> None:
    """Serve the worker at the other end of the socket *descriptor*."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the worker says when to end
    import_all()
    silence_logs()
    with socket.socket(fileno=descriptor) as control:
        tell(control, {"confined": _can_confine()})
        ParentState(control).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
