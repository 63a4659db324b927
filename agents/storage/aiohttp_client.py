"""Asks one server for one URI: connects to given addresses only, and adds nothing of ours.

No proxy, cookie, login or decompression: `aiohttp` is told to leave the environment alone.
"""

import socket
import ssl
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from yarl import URL

from agents.errors import AudioForbidden, AudioUnreachable
from agents.storage.http_uri import shown

CONNECT_S = 10.0
"""Longest wait for a connection to one address, in seconds; then it is tried again."""

SILENCE_S = 20.0
"""Longest wait for a server's next bytes, in seconds."""

_HEADERS = {"Accept": "*/*", "Accept-Encoding": "identity", "User-Agent": "daybook"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a server answered; `pieces` are the body's bytes as they were sent."""

    status: int
    headers: Mapping[str, str]
    size_bytes: int | None
    pieces: AsyncIterator[bytes]


@asynccontextmanager
async def get(
    url: URL, addresses: Sequence[str], *, tls: ssl.SSLContext | None = None
) -> AsyncIterator[Answer]:
    """Ask for *url* at *addresses*, whatever its host may mean by now; follows no redirect.

    The certificate has to be that of the host in *url*; *tls* says whom to trust, else the system.

    Raises:
        AudioUnreachable: no address answers, or the answer breaks off.
        AudioForbidden: something else than *addresses* was about to be connected to.

    """
    connector = aiohttp.TCPConnector(
        resolver=_Pinned(url, addresses),
        socket_factory=_Sockets(addresses),
        use_dns_cache=False,
        force_close=True,
        ssl=tls or True,
    )
    timeout = aiohttp.ClientTimeout(
        total=None, connect=None, sock_connect=CONNECT_S, sock_read=SILENCE_S
    )
    try:
        async with (
            aiohttp.ClientSession(
                connector=connector,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=timeout,
                trust_env=False,
                auto_decompress=False,
            ) as session,
            session.get(url, headers=_HEADERS, allow_redirects=False) as response,
        ):
            yield Answer(
                status=response.status,
                headers=response.headers,
                size_bytes=response.content_length,
                pieces=response.content.iter_any(),
            )
    except aiohttp.InvalidURL as error:
        raise AudioForbidden(f"{shown(url)!r} cannot be asked for") from error
    except aiohttp.ClientConnectorCertificateError as error:
        raise AudioUnreachable(
            f"the certificate of {shown(url)!r} is not right: {error}"
        ) from error
    except (aiohttp.ClientError, OSError) as error:
        found = str(error) or type(error).__name__
        raise AudioUnreachable(f"{shown(url)!r} does not come: {found}", passing=True) from error


class _Pinned(AbstractResolver):
    """Knows one host's addresses, which were checked, and no other's."""

    def __init__(self, url: URL, addresses: Sequence[str]) -> None:
        self._host = url.raw_host
        self._addresses = addresses

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        del family
        if host != self._host:
            raise AudioForbidden(f"the host {host!r} was not checked")
        return [
            ResolveResult(
                hostname=host,
                host=address,
                port=port,
                family=socket.AF_INET6 if ":" in address else socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
            for address in self._addresses
        ]

    async def close(self) -> None:
        pass


class _Sockets:
    """Makes sockets for checked addresses only: the last look before a connection is made."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._addresses = frozenset(addresses)

    def __call__(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        if address[0] not in self._addresses:
            raise AudioForbidden(f"the address {address[0]!r} was not checked")
        return socket.socket(family, kind, protocol)
