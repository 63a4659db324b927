"""What a worker knows of its own health, and the small HTTP server that tells it.

The server runs in a thread of its own, so that it answers truthfully also while the event loop
is stuck.
"""

import asyncio
import json
import threading
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import ExitStack, asynccontextmanager, contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

BEAT_S = 1.0
"""Time between signs of life of the loop, in seconds."""
STALL_S = 15.0
"""A loop silent for so long, in seconds, no longer counts as alive: long enough for a slow
garbage collection or a paused machine, short enough for a restart to help."""


class Health:
    """Facts about one worker, told from its loop and read by the server's thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: Counter[str] = Counter()
        self._beat = time.monotonic()
        self._started = False
        self._assigned = False
        self._stopping = False

    def beat(self) -> None:
        """Say that the loop runs."""
        self._beat = time.monotonic()

    def started(self) -> None:
        """Say that the model is loaded and everything is built."""
        self._started = True

    def assigned(self, *, yes: bool) -> None:
        """Say whether the group has given this worker its partitions (which may be none)."""
        self._assigned = yes

    def stopping(self) -> None:
        """Say that no more work is taken."""
        self._stopping = True

    @contextmanager
    def waiting_for(self, dependency: str) -> Iterator[None]:
        """Say that work waits for *dependency*."""
        with self._lock:
            self._waiting[dependency] += 1
        try:
            yield
        finally:
            with self._lock:
                self._waiting[dependency] -= 1

    @contextmanager
    def waiting_if_longer(self, dependency: str, after_s: float) -> Iterator[None]:
        """Say that work waits for *dependency*, should it still do so after *after_s*."""
        with ExitStack() as waiting:
            timer = asyncio.get_running_loop().call_later(
                after_s, lambda: waiting.enter_context(self.waiting_for(dependency))
            )
            try:
                yield
            finally:
                timer.cancel()

    def facts(self) -> dict[str, object]:
        """Return everything known, for people."""
        with self._lock:
            waiting = sorted(name for name, count in self._waiting.items() if count)
        silent_s = time.monotonic() - self._beat
        return {
            "alive": silent_s < STALL_S,
            "started": self._started,
            "ready": self._started and self._assigned and not self._stopping and not waiting,
            "assigned": self._assigned,
            "stopping": self._stopping,
            "waiting_for": waiting,
            "loop_silent_s": round(silent_s, 1),
        }


@asynccontextmanager
async def beating(health: Health) -> AsyncIterator[None]:
    """Say again and again, from the first moment on, that this loop runs."""

    async def beat() -> None:
        while True:
            health.beat()
            await asyncio.sleep(BEAT_S)

    task = asyncio.create_task(beat())
    try:
        yield
    finally:
        task.cancel()


_PROBES = {"/livez": "alive", "/readyz": "ready", "/startupz": "started"}


class HealthServer:
    """Serves /livez, /readyz, /startupz and /metrics."""

    def __init__(self, health: Health, *, host: str, port: int) -> None:
        handler = type("Handler", (_Handler,), {"health": health})
        self._server = ThreadingHTTPServer((host, port), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, name="health", daemon=True
        )
        self._thread.start()

    @property
    def port(self) -> int:
        """Port that the server listens on."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop serving."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Handler(BaseHTTPRequestHandler):
    health: Health

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        if path == "/metrics":
            self._answer(HTTPStatus.OK, CONTENT_TYPE_LATEST, generate_latest())
            return
        facts = self.health.facts()
        fact = _PROBES.get(path)
        if fact is None:
            status = HTTPStatus.NOT_FOUND
        else:
            status = HTTPStatus.OK if facts[fact] else HTTPStatus.SERVICE_UNAVAILABLE
        self._answer(status, "application/json", json.dumps(facts).encode())

    def _answer(self, status: HTTPStatus, content_type: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", content_type)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - inherited name
        """Keep quiet: a probe every few seconds is no news."""
