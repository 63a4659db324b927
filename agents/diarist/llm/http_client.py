"""The HTTP below the providers' SDKs: to one address only, bounded, and watched as it sends."""

import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx2

ANSWER_BYTES_MAX = 4 << 20
"""Bytes of an answer: eight times the 128,000 tokens that the longest replies have."""

CONNECT_S = 10.0
"""Time in which a connection is there, in seconds."""

_SENT = "http11.send_request_body.complete"


class NotReadable(httpx2.TransportError):
    """An answer is longer than any may be, or packed though nobody asked for that."""


@dataclass(slots=True)
class SendingState:
    """How far a request got."""

    complete: bool = False
    """Whether all of it was sent, so that somebody may be working on it."""


_sending: ContextVar[SendingState] = ContextVar("sending")


@contextmanager
def watched_sending() -> Iterator[SendingState]:
    """Give what is known of the newest request that is made below."""
    state = SendingState()
    token = _sending.set(state)
    try:
        yield state
    finally:
        _sending.reset(token)


def http_client() -> httpx2.AsyncClient:
    """Return a client that follows no redirection and uses no proxy of the environment.

    So prompts and keys go to the address that was configured, and to no other. OpenSSL's own
    store, which SSL_CERT_FILE names, is the only thing taken from outside.
    """
    return httpx2.AsyncClient(
        transport=_BoundedTransport(),
        trust_env=False,
        follow_redirects=False,
        headers={"accept-encoding": "identity"},
    )


def call_timeout(timeout_s: float) -> httpx2.Timeout:
    """Return the bounds of the single steps of a call that has *timeout_s* in all."""
    return httpx2.Timeout(timeout_s, connect=min(CONNECT_S, timeout_s))


class _BoundedTransport(httpx2.AsyncBaseTransport):
    def __init__(self) -> None:
        self._inner = httpx2.AsyncHTTPTransport(
            verify=ssl.create_default_context(),
            trust_env=False,
            # How much is asked at once is the callers' business.
            limits=httpx2.Limits(max_connections=None, max_keepalive_connections=20),
        )

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        state = _sending.get(SendingState())
        state.complete = False

        async def trace(event: str, _: dict[str, Any]) -> None:
            state.complete |= event == _SENT

        request.extensions = {**request.extensions, "trace": trace}
        response = await self._inner.handle_async_request(request)
        stream = response.stream
        if not isinstance(stream, httpx2.AsyncByteStream):
            raise TypeError("an asynchronous transport has asynchronous streams")
        if response.headers.get("content-encoding", "identity").lower() != "identity":
            # A few bytes that unpack to gigabytes would pass any bound on what comes in.
            await stream.aclose()
            raise NotReadable("the answer is packed")
        # An SDK decodes as the answer says, also by what is no encoding of text: rot13, zlib.
        kind = response.headers.get("content-type", "")
        response.headers["content-type"] = kind.partition(";")[0]
        response.stream = _BoundedStream(stream)
        return response

    async def aclose(self) -> None:
        await self._inner.aclose()


class _BoundedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream) -> None:
        self._stream = stream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        left = ANSWER_BYTES_MAX
        async for piece in self._stream:
            left -= len(piece)
            if left < 0:
                raise NotReadable(f"the answer is longer than {ANSWER_BYTES_MAX} bytes")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
