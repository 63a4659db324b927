"""A server that answers as told, byte for byte, right or wrong."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

SOUND = b"sound" * 40_000
"""What stands for a recording where nobody decodes it."""

Script = bytes | Callable[[asyncio.StreamWriter], Awaitable[None]]
"""What is sent for a request: these bytes, or whatever it writes."""


def answer(body: bytes = b"", *, status: int = 200, headers: str = "") -> bytes:
    """Return an honest answer; *headers* are lines such as `Location: /there`."""
    honest = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", "Connection: close"]
    lines = [*honest, *headers.splitlines(), "", ""]
    return "\r\n".join(lines).encode() + body


def redirect(location: str) -> bytes:
    """Return an answer that leads to *location*."""
    return answer(status=302, headers=f"Location: {location}")


async def steadily(writer: asyncio.StreamWriter) -> None:
    """Send everything, in pieces that together take longer than the deadline alone allows."""
    writer.write(answer(SOUND)[: -len(SOUND)])
    for start in range(0, len(SOUND), 10_000):
        writer.write(SOUND[start : start + 10_000])
        await writer.drain()
        await asyncio.sleep(0.02)


async def silence(writer: asyncio.StreamWriter) -> None:
    """Send nothing."""
    del writer
    await asyncio.Event().wait()


class ScriptedServer:
    """Answers each request with the next script, the last one again and again."""

    def __init__(self, *scripts: Script) -> None:
        self.scripts = list(scripts)
        self.requests: list[str] = []
        self.connections = 0
        self.open_now = 0
        self.open_most = 0
        self.port = 0
        self._serving: set[asyncio.Task[None]] = set()

    @property
    def uri(self) -> str:
        """The URI of a recording on this server."""
        return f"http://127.0.0.1:{self.port}/memo.opus"

    async def accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Take a connection."""
        task = asyncio.create_task(self._serve(reader, writer))
        self._serving.add(task)
        await asyncio.wait([task])

    async def stop(self) -> None:
        """End what is still being answered."""
        for task in self._serving:
            task.cancel()
        await asyncio.gather(*self._serving, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._answer(reader, writer)
        finally:
            self.open_now -= 1
            writer.close()
            with suppress(OSError):
                await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.open_now += 1
        self.open_most = max(self.open_most, self.open_now)
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            self.requests.append((await reader.readuntil(b"\r\n\r\n")).decode())
            script = self.scripts[min(len(self.requests), len(self.scripts)) - 1]
            if isinstance(script, bytes):
                writer.write(script)
            else:
                await script(writer)
            await writer.drain()


@asynccontextmanager
async def serving(
    *scripts: Script, host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None
) -> AsyncIterator[ScriptedServer]:
    """Run a server on *host* with *scripts*, on a free port unless one is given."""
    scripted = ScriptedServer(*scripts)
    server = await asyncio.start_server(scripted.accept, host, port, ssl=tls)
    scripted.port = server.sockets[0].getsockname()[1]
    try:
        yield scripted
    finally:
        server.close()
        await scripted.stop()
        await server.wait_closed()
