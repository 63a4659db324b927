"""The process that engines run in: `python -m agents.transcriber.serving.child DESCRIPTOR`.

It is spawned, never forked (a forked process breaks CUDA), loads what it is told, answers batch
after batch, and says every second that it lives.
"""

import os
import signal
import sys
import threading
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from importlib import import_module
from multiprocessing.connection import Connection

from agents.transcriber.engine import TranscriptionEngine
from agents.transcriber.serving.gpu_watch import GpuWatch
from agents.transcriber.serving.messages import (
    Answer,
    Beat,
    EngineName,
    Failure,
    Loaded,
    Order,
    Request,
    Texts,
)

BEAT_S = 1.0
"""Time between signs of life, in seconds."""

_MODULES: dict[EngineName, str] = {
    "faster-whisper": "agents.transcriber.engines.faster_whisper_engine",
    "torch": "agents.transcriber.engines.torch_engine",
}
"""Where the engines are; only the one that is asked for is imported."""


class EngineChild:
    """The worker's counterpart: one connection, one batch at a time."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._sending = threading.Lock()
        self._engines: dict[str, TranscriptionEngine] = {}

    def serve(self) -> None:
        """Serve until the worker is gone."""
        threading.Thread(target=self._beat, name="beat", daemon=True).start()
        with ExitStack() as loaded:
            order: Order = self._connection.recv()
            if not self._answer(partial(self._load, order, loaded)):
                return
            while True:
                request: Request = self._connection.recv()
                self._answer(partial(self._transcribe, request))

    def _load(self, order: Order, loaded: ExitStack) -> Loaded:
        for source in order.sources:
            opened = _opener(order)(source)
            engine = loaded.enter_context(opened)
            self._engines[engine.served.name] = engine
        return Loaded(tuple(engine.served for engine in self._engines.values()))

    def _transcribe(self, request: Request) -> Texts:
        return Texts(self._engines[request.model].transcribe(request.batch))

    def _answer(self, work: "partial[Loaded] | partial[Texts]") -> bool:
        try:
            answer: Answer = work()
        except Exception as error:  # noqa: BLE001 - told to the worker, which judges it
            answer = Failure.of(error)
        self._send(answer)
        return not isinstance(answer, Failure)

    def _send(self, answer: Answer) -> None:
        with self._sending:
            self._connection.send(answer)

    def _beat(self) -> None:
        """Say that we live; where nobody listens any more, end, whatever the engine is doing."""
        gone, gpu = threading.Event(), GpuWatch()
        while not gone.wait(BEAT_S):
            try:
                self._send(Beat(gpu.use()))
            except OSError:
                os._exit(0)


def _opener(order: Order) -> "partial[AbstractContextManager[TranscriptionEngine]]":
    return partial(
        import_module(_MODULES[order.engine]).open_engine, chunk=order.chunk, device=order.device
    )


def main(descriptor: int) -> None:
    """Serve the worker at the other end of the socket *descriptor*."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of the terminal: the worker says when to end
    with Connection(descriptor) as connection:
        try:
            EngineChild(connection).serve()
        except (EOFError, BrokenPipeError, ConnectionResetError):
            return


if __name__ == "__main__":
    main(int(sys.argv[1]))
