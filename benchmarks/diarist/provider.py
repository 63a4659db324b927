"""A language model that answers after a fixed time, on both wires, in a process of its own.

`python -m benchmarks.diarist.provider PORT LATENCY_S` is that process. What it says follows from
`tests/support`; it serves on one event loop and keeps connections, so that some hundred calls a
second leave the worker its core. `GET /seen` tells what it was asked.
"""

import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from urllib.request import urlopen

from agents.local.processes import await_true, free_port
from tests.support.llm_server import LlmRequest, replying
from tests.support.telling import telling

START_S = 30.0

CHARACTERS_PER_TOKEN = 4
"""As providers say of English; it is how `prompt_tokens_max` counts."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What a provider was asked since it was last asked this."""

    calls: int = 0
    at_once_max: int = 0
    prompt_tokens_max: int = 0
    """Of a call's content, by its characters."""
    prompt_tokens: int = 0
    late_ms_max: float = 0.0
    """How much later than it should an answer was given: the server's own lag."""
    late_ms_sum: float = 0.0


class _Provider:
    def __init__(self, latency_s: float) -> None:
        self._latency_s = latency_s
        self._answer = replying(lambda request: telling(request.instructions, request.content))
        self._at_once = 0
        self._seen = Seen()

    async def connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer one request after the other."""
        try:
            while (head := await _head(reader)) is not None:
                path, headers = head
                raw = await reader.readexactly(int(headers.get("content-length", "0")))
                body = await self._answered(path, headers, raw)
                writer.write(
                    b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
                    b"content-length: %d\r\n\r\n%b" % (len(body), body)
                )
                await writer.drain()
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    async def _answered(self, path: str, headers: Mapping[str, str], raw: bytes) -> bytes:
        if path.endswith("/seen"):
            seen, self._seen = self._seen, Seen()
            return json.dumps(asdict(seen)).encode()
        due = time.monotonic() + self._latency_s
        self._at_once += 1
        request = LlmRequest(path=path, headers=headers, body=json.loads(raw))
        body = self._answer(request).body
        await asyncio.sleep(due - time.monotonic())
        self._note(request, late_ms=1000 * (time.monotonic() - due))
        self._at_once -= 1
        return body

    def _note(self, request: LlmRequest, *, late_ms: float) -> None:
        seen, tokens = self._seen, len(request.content) // CHARACTERS_PER_TOKEN
        seen.calls += 1
        seen.at_once_max = max(seen.at_once_max, self._at_once)
        seen.prompt_tokens += tokens
        seen.prompt_tokens_max = max(seen.prompt_tokens_max, tokens)
        seen.late_ms_max = max(seen.late_ms_max, late_ms)
        seen.late_ms_sum += late_ms


async def _head(reader: asyncio.StreamReader) -> tuple[str, dict[str, str]] | None:
    first = await reader.readline()
    if not first:
        return None
    headers: dict[str, str] = {}
    while line := (await reader.readline()).strip():
        name, _, value = line.decode().partition(":")
        headers[name.lower()] = value.strip()
    return first.split()[1].decode(), headers


class Provider:
    """A running provider, as its client sees it."""

    def __init__(self, port: int) -> None:
        self._url = f"http://127.0.0.1:{port}"

    @property
    def environ(self) -> dict[str, str]:
        """Variables by which both SDKs find it."""
        return {
            "ANTHROPIC_BASE_URL": self._url,
            "ANTHROPIC_API_KEY": "sk-ant-none",
            "OPENAI_BASE_URL": f"{self._url}/v1",
            "OPENAI_API_KEY": "sk-none",
        }

    def seen(self) -> Seen:
        """Return what it was asked since the last time."""
        with urlopen(f"{self._url}/seen", timeout=10) as answer:  # noqa: S310 - it is ours
            found: dict[str, Any] = json.load(answer)
        return Seen(**found)

    def answers(self) -> bool:
        """Tell whether it is there."""
        try:
            self.seen()
        except OSError:
            return False
        return True


@contextmanager
def provider(latency_s: float) -> Iterator[Provider]:
    """Run a provider that answers after *latency_s*."""
    port = free_port()
    command = [sys.executable, "-m", "benchmarks.diarist.provider", str(port), str(latency_s)]
    process = subprocess.Popen(command)
    try:
        running = Provider(port)
        if not await_true(running.answers, timeout_s=START_S):
            raise RuntimeError("the scripted provider did not start")
        yield running
    finally:
        process.kill()
        process.wait()


async def _serve(port: int, latency_s: float) -> None:
    served = _Provider(latency_s)
    server = await asyncio.start_server(served.connected, "127.0.0.1", port, limit=1 << 20)
    async with server:
        await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_serve(int(sys.argv[1]), float(sys.argv[2])))
