"""An HTTP server in threads of its own, that answers well or badly as it is told."""

import json
import select
import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Generic, Self, TypeVar

Asked = TypeVar("Asked")

LOOK_S = 0.02
"""Time between looks at whether a client is still there, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a server answers; `cut` ends the connection in the middle of it.

    `trickles` sends blanks, one every so many seconds, for ever; `late_s` is silence before it
    begins, and `hangs` is silence until the client leaves.
    """

    status: int = 200
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: bool = False
    trickles: float = 0.0
    late_s: float = 0.0
    hangs: bool = False


def as_json(content: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    return Reply(
        status=status,
        body=json.dumps(content).encode(),
        headers={"content-type": "application/json", **(headers or {})},
    )


class ThreadedServer(Generic[Asked]):
    """Keeps what it was asked; `answer` can be changed at any time."""

    def __init__(
        self,
        read: Callable[[BaseHTTPRequestHandler], Asked],
        answer: Callable[[Asked], Reply],
        *,
        port: int = 0,
    ) -> None:
        self.answer = answer
        self.requests: list[Asked] = []
        self.stopping = threading.Event()
        self.left = 0
        """How many clients left before they had their answer."""
        self.ended: list[Asked] = []
        """Requests with whose answers this server is done, however these went."""
        threaded_server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                request = read(self)
                threaded_server.requests.append(request)
                threaded_server._send(self, threaded_server.answer(request))
                threaded_server.ended.append(request)

            def log_message(self, *_: object) -> None:
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.daemon_threads = False
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_port}/v1"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _send(self, handler: BaseHTTPRequestHandler, reply: Reply) -> None:
        if reply.late_s or reply.hangs:
            self._waits(handler.connection, None if reply.hangs else reply.late_s)
        if reply.hangs:
            return
        with suppress(OSError):
            handler.send_response(reply.status)
            for name, value in reply.headers.items():
                handler.send_header(name, value)
            if reply.trickles:
                handler.end_headers()
                while not self._waits(handler.connection, reply.trickles):
                    handler.wfile.write(b" ")
                return
            handler.send_header("content-length", str(len(reply.body)))
            handler.end_headers()
            handler.wfile.write(reply.body[: len(reply.body) // 2] if reply.cut else reply.body)

    def _waits(self, connection: socket.socket, seconds: float | None) -> bool:
        """Be silent, for ever if no time is given; return whether that is over before."""
        looks = 0
        while seconds is None or looks * LOOK_S < seconds:
            looks += 1
            if self.stopping.wait(LOOK_S):
                return True
            if select.select([connection], [], [], 0)[0]:
                self.left += 1
                return True
        return False
