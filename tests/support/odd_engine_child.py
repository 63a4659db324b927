"""A process of engines that behaves oddly: `python -m tests.support.odd_engine_child DESCRIPTOR`.

How is what its order says as chunk policy. It works for `well`, and for `on cuda`, where it has a
GPU until it is started again.
"""

import os
import sys
import time
from dataclasses import replace
from multiprocessing.connection import Connection

from agents.transcriber.engine import ChunkText
from agents.transcriber.serving.messages import Beat, Failure, Loaded, Order, Request, Texts
from tests.support.engine import FakeEngine

FOR_EVER_S = 3_600


def main(descriptor: int) -> None:
    """Serve the worker at the other end of the socket *descriptor*."""
    with Connection(descriptor) as connection:
        order: Order = connection.recv()
        if order.chunk == "on cuda" and order.device == "cuda":
            connection.send(Failure(kind="settings", message="there is no GPU"))
            return
        device = "cuda" if order.chunk == "on cuda" else "cpu"
        connection.send(Loaded((replace(FakeEngine().served, device=device),)))
        while True:
            request: Request = connection.recv()
            connection.send(Beat())
            behave(connection, order.chunk, request)


def behave(connection: Connection, how: str | None, request: Request) -> None:
    """Answer *request*, or do what the worker must survive."""
    match how:
        case "half an answer":
            os.write(connection.fileno(), b"\0\0\0\x64half")
            time.sleep(FOR_EVER_S)
        case "nonsense":
            connection.send_bytes(b"this is no pickle")
            time.sleep(FOR_EVER_S)
        case "silence for once" if len(request.batch) > 1:
            time.sleep(FOR_EVER_S)
        case "silence":
            time.sleep(FOR_EVER_S)
        case _:
            text = ChunkText(segments=(), language="en", language_probability=None)
            connection.send(Texts([text] * len(request.batch)))


if __name__ == "__main__":
    main(int(sys.argv[1]))
