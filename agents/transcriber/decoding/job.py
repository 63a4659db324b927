"""One recording's decoder at work, as its worker sees it: what it says next, and how it ends."""

import signal
import socket
import time
from concurrent.futures import Future

from agents.errors import AudioUndecodable, ChildDied
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.messages import Frame, Nonsense
from agents.transcriber.decoding.parent_process import PIECE, Ended, ParentProcess, death
from agents.transcriber.decoding.report import ReportState

STALL_S = 300.0
"""Time without a block of sound, in seconds, after which a decoder is taken for frozen. One that
runs wild ends long before, by its limit of processor time."""

WAIT_FACTOR = 2.0
"""Time that is waited for a decoder in all, in parts of its own limit: it ends itself at that."""

_LAST_WORDS_S = 10.0
"""Time for the parent to say how a decoder ended, in seconds; milliseconds are usual."""


class DecodingJob:
    """One file's process; *connection* is closed with it."""

    def __init__(
        self,
        *,
        number: int,
        connection: socket.socket,
        parent: ParentProcess,
        ended: "Future[Ended]",
        limits: DecodeLimits,
    ) -> None:
        self.ended = ended
        self._number = number
        self._connection = connection
        self._parent = parent
        self._limits = limits
        self._report = ReportState(limits)
        self._patience_s = WAIT_FACTOR * limits.work_s

    def next_frame(self) -> Frame:
        """Wait for what the process says next.

        Raises:
            ChildDied: it died, or froze, or talks nonsense.
            AudioUndecodable: it took more time or memory than a recording is worth.

        """
        began_s = time.monotonic()
        if self._patience_s <= 0:
            raise self._end_of_patience(0.0)
        try:
            within_s = min(STALL_S, self._patience_s)
            frame = messages.receive(self._connection, within_s=within_s)
            if frame is not None:
                self._report.take(frame)
        except TimeoutError:
            raise self._end_of_patience(time.monotonic() - began_s) from None
        except Nonsense:
            self._parent.kill(self._number)
            raise ChildDied("the decoder talks nonsense", piece=PIECE, alone=True) from None
        except ConnectionResetError:
            frame = None
        if frame is None:
            raise self._judge(self._ending())
        # What came late came while this worker itself was frozen.
        self._patience_s -= min(time.monotonic() - began_s, STALL_S)
        return frame

    def close(self) -> None:
        """End the process, should it still run."""
        self._connection.close()
        if not self.ended.done():
            self._parent.kill(self._number)

    def _end_of_patience(self, waited_s: float) -> ChildDied | AudioUndecodable:
        """End a process that says nothing, and return what it means."""
        self._parent.kill(self._number)
        ended = self._ending()
        if ended.killed and waited_s >= self._patience_s:
            return _too_slow()
        return self._judge(ended)

    def _ending(self) -> Ended:
        """Return how the process ended, which it did or is about to."""
        try:
            return self.ended.result(_LAST_WORDS_S)
        except TimeoutError:  # nobody can say: not the file's fault
            self._parent.give_up("it does not say how a decoder ended")
            return Ended(code=-signal.SIGKILL)

    def _judge(self, ended: Ended) -> ChildDied | AudioUndecodable:
        """Return what it means that the process *ended* without a last word."""
        killed = ended.code == -signal.SIGKILL
        if -ended.code in {signal.SIGPROF, signal.SIGXCPU}:
            return _too_slow()
        if killed and ended.cpu_s > self._limits.work_s:  # it ignored the signal that names it
            return _too_slow()
        ended_by = -ended.code if ended.code < 0 else None
        return death(ended_by, over_limit=killed and ended.killed)


def _too_slow() -> AudioUndecodable:
    return AudioUndecodable("decoding took more time than a recording is worth")
