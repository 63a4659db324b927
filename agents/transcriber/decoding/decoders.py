"""The worker's side of its decoders: one confined process for each recording."""

import socket
import threading
from collections.abc import Generator
from types import TracebackType
from typing import BinaryIO, Self

from agents.errors import ChildDied, DependencyUnavailable
from agents.transcriber.decoding.decoder import DecodedInfo, DecodeLimits
from agents.transcriber.decoding.job import DecodingJob
from agents.transcriber.decoding.messages import Kind
from agents.transcriber.decoding.parent_process import PIECE, ParentProcess
from agents.transcriber.samples import Samples


class Decoders:
    """Decodes recordings, each in a process of its own; safe to use from several threads.

    Their parent is started anew should it die or freeze.
    """

    def __init__(self, limits: DecodeLimits) -> None:
        self._limits = limits
        self._lock = threading.Lock()
        self._parent: ParentProcess | None = None
        self._jobs = 0
        self._closed = False

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
            self._closed = True
            if self._parent is not None:
                self._parent.close()

    @property
    def confined(self) -> bool:
        """Whether the system calls of decoders are filtered, besides their limits."""
        return self._living_parent().confined

    def begin(self, file: BinaryIO) -> "RemoteDecoding":
        """Return the decoding of *file*, from its position on; it starts when it is iterated."""
        return RemoteDecoding(self, file)

    def start(self, file: BinaryIO) -> DecodingJob:
        """Start a process that decodes *file*. Blocking, for milliseconds.

        Raises:
            ChildDied: the decoders' parent dies of it, does not start or take it up, or these
                decoders are closed.
            DependencyUnavailable: the system gives us no process or socket.

        """
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            raise _no_process(error) from error
        try:
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
        return DecodingJob(
            number=number,
            connection=ours,
            parent=parent,
            ended=ended,
            limits=self._limits,
        )

    def _living_parent(self) -> ParentProcess:
        with self._lock:
            if self._closed:
                raise ChildDied("the decoders are closed", piece=PIECE, alone=False)
            if self._parent is None or not self._parent.lives:
                if self._parent is not None:
                    self._parent.close()
                try:
                    self._parent = ParentProcess()
                except (OSError, RuntimeError, MemoryError) as error:
                    raise _no_process(error) from error
            return self._parent


def _no_process(error: Exception) -> DependencyUnavailable:
    return DependencyUnavailable("decoder", f"the system gives us no process: {error!r}")


class RemoteDecoding:
    """A recording that another process decodes; blocks wait there until they are asked for.

    Iterating gives its sound in blocks; `info` is complete when they end. Raises what
    `DecodingState` raises, and `ChildDied`. To close the iterator ends the process.
    """

    def __init__(self, decoders: Decoders, file: BinaryIO) -> None:
        self._decoders = decoders
        self._file = file
        self._info: DecodedInfo | None = None
        self.claimed_ms: int | None = None
        """How long its container says that it is, once the first block came."""

    @property
    def info(self) -> DecodedInfo:
        """What is known of the recording."""
        if self._info is None:
            raise RuntimeError("the recording is not decoded to its end")
        return self._info

    def __iter__(self) -> Generator[Samples, None, None]:
        job = self._decoders.start(self._file)
        try:
            while (frame := job.next_frame()).kind is not Kind.INFO:
                if frame.kind is Kind.CLAIM:
                    self.claimed_ms = frame.claimed_ms
                elif frame.kind is Kind.SOUND:
                    yield frame.samples
                else:
                    raise frame.error
            self._info = frame.info
        finally:
            job.close()
