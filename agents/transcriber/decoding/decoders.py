"""The worker's side of its decoders: one confined process for each recording."""

import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from concurrent.futures import TimeoutError as FutureTimeoutError
from types import TracebackType
from typing import BinaryIO, Protocol, Self

from agents.errors import AudioUndecodable, ChildDied
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import DecodedInfo, DecodeLimits
from agents.transcriber.decoding.messages import Frame, Kind, Nonsense
from agents.transcriber.decoding.parent_process import PIECE, Ended, ParentProcess, death
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

STALL_S = 300.0
"""Time without a block of sound, in seconds, after which a decoder is taken for frozen. One that
runs wild ends long before, by its limit of processor time."""

_LAST_WORDS_S = 10.0


class Decoding(Protocol):
    """One recording on its way from bytes to sound.

    Iterating gives its sound in blocks; `info` is complete when they end. Raises what
    `DecodingState` raises, and `ChildDied`.
    """

    @property
    def info(self) -> DecodedInfo:
        """What is known of the recording."""
        ...

    @property
    def claimed_ms(self) -> int | None:
        """How long its container says that it is, once the first block came."""
        ...

    def __iter__(self) -> Iterator[Samples]: ...


class Decoders:
    """Decodes recordings, each in a process of its own; safe to use from several threads.

    Their parent is started anew should it die.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._parent: ParentProcess | None = None
        self._jobs = 0

    def __enter__(self) -> Self:
        self._living_parent()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._lock:
            if self._parent is not None:
                self._parent.close()

    @property
    def confined(self) -> bool:
        """Whether the system calls of decoders are filtered, besides their limits."""
        return self._living_parent().confined

    def begin(self, file: BinaryIO) -> "RemoteDecoding":
        """Return the decoding of *file*, from its position on; it starts when it is iterated."""
        return RemoteDecoding(self, file)

    def start(self, file: BinaryIO) -> "_Job":
        """Start a process that decodes *file*. Blocking, for milliseconds.

        Raises:
            ChildDied: the decoders' parent dies of it, or does not start.

        """
        ours, theirs = socket.socketpair()
        try:
            ours.settimeout(STALL_S)
            parent = self._living_parent()
            with self._lock:
                self._jobs += 1
                number = self._jobs
            ended = parent.begin(number, file, theirs, self._limits)
        except BaseException:
            ours.close()
            raise
        finally:
            theirs.close()
        return _Job(
            number=number,
            connection=ours,
            parent=parent,
            ended=ended,
            samples_max=int(self._limits.max_s * SAMPLE_RATE_HZ),
        )

    def _living_parent(self) -> ParentProcess:
        with self._lock:
            if self._parent is None or not self._parent.lives:
                if self._parent is not None:
                    self._parent.close()
                self._parent = ParentProcess()
            return self._parent


class RemoteDecoding:
    """A recording that another process decodes; blocks wait there until they are asked for."""

    def __init__(self, decoders: Decoders, file: BinaryIO) -> None:
        self._decoders = decoders
        self._file = file
        self._info: DecodedInfo | None = None
        self.claimed_ms: int | None = None

    @property
    def info(self) -> DecodedInfo:
        """What is known of the recording."""
        if self._info is None:
            raise RuntimeError("the recording is not decoded to its end")
        return self._info

    def __iter__(self) -> Iterator[Samples]:
        job = self._decoders.start(self._file)
        left = job.samples_max
        try:
            while (frame := job.next_frame()).kind is not Kind.INFO:
                if frame.kind is Kind.CLAIM:
                    self.claimed_ms = frame.claimed_ms
                elif frame.kind is Kind.SOUND:
                    left -= len(frame.samples)
                    if left < 0:
                        raise job.talks_nonsense()
                    yield frame.samples
                else:
                    raise frame.error
            self._info = frame.info
        finally:
            job.close()


class _Job:
    """One file's process."""

    def __init__(
        self,
        *,
        number: int,
        connection: socket.socket,
        parent: ParentProcess,
        ended: "Future[Ended]",
        samples_max: int,
    ) -> None:
        self.samples_max = samples_max
        self._number = number
        self._connection = connection
        self._parent = parent
        self.ended = ended

    def next_frame(self) -> Frame:
        """Wait for what the process says next.

        Raises:
            ChildDied: it died, or froze, or talks nonsense.
            AudioUndecodable: it took more time or memory than a recording is worth.

        """
        try:
            frame = messages.receive(self._connection)
        except TimeoutError:
            self._parent.kill(self._number)
            raise death(signal.SIGKILL) from None
        except Nonsense:
            raise self.talks_nonsense() from None
        except ConnectionResetError:
            frame = None
        if frame is None:
            raise _judge(self._exit_code())
        return frame

    def talks_nonsense(self) -> ChildDied:
        """End the process, and return what it means that it says what no decoder says."""
        self._parent.kill(self._number)
        return ChildDied("the decoder talks nonsense", piece=PIECE, alone=True)

    def close(self) -> None:
        """End the process, should it still run."""
        self._connection.close()
        if not self.ended.done():
            self._parent.kill(self._number)

    def _exit_code(self) -> int:
        try:
            return self.ended.result(_LAST_WORDS_S).code
        except FutureTimeoutError:  # its parent is frozen, so nobody can say: not the file's fault
            return -signal.SIGKILL


def _judge(code: int) -> ChildDied | AudioUndecodable:
    """Return what it means that a decoder ended with *code* and without a last word."""
    if -code in {signal.SIGPROF, signal.SIGXCPU}:
        return AudioUndecodable("decoding took more time than a recording is worth")
    return death(-code if code < 0 else None)
