"""Decides which addresses a recording may be fetched from: once for each host, before connecting.

An event is input from outside: its host may be a name for our own network.
"""

import asyncio
import re
import socket
from collections.abc import Awaitable, Callable, Collection, Sequence
from concurrent.futures import ThreadPoolExecutor

from agents.errors import AudioForbidden, AudioUnreachable
from agents.storage.public_address import is_odd_spelling, is_public, parse_address

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""Returns the addresses of a host and port; raises OSError where it has none."""

_NAME = re.compile(r"(?!-)[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*\.?", re.IGNORECASE | re.ASCII)

_RESOLVERS = 8
"""Threads that look names up. Their own, since a slow name server may hold all of them."""


class HostCheck:
    """Finds a host's addresses and allows them if all are public, or the host is in *allowed*."""

    def __init__(self, allowed: Collection[str], resolve: Resolve | None = None) -> None:
        self._allowed = frozenset(allowed)
        self._resolve = resolve or SystemResolver()

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses that *host* may be connected at; nothing else may be.

        Raises:
            AudioForbidden: the host is no plain name or address, or one of its addresses is not
                public.
            AudioUnreachable: the host has no addresses now.

        """
        address = parse_address(host)
        if address is None and (is_odd_spelling(host) or not _NAME.fullmatch(host)):
            raise AudioForbidden(f"{host!r} is no plain host name")
        found = (str(address),) if address is not None else await self._look_up(host, port)
        if not self._is_allowed(host, port) and not all(map(is_public, found)):
            raise AudioForbidden(
                f"the host {host!r} has an address that is not public; "
                "DAYBOOK_AUDIO_HOSTS names hosts that may"
            )
        return found

    async def _look_up(self, host: str, port: int) -> tuple[str, ...]:
        try:
            found = tuple(await self._resolve(host, port))
        except (OSError, UnicodeError) as error:
            raise AudioUnreachable(
                f"the host {host!r} is not found: {error}", passing=True
            ) from error
        if not found:
            raise AudioUnreachable(f"the host {host!r} has no address", passing=True)
        return found

    def _is_allowed(self, host: str, port: int) -> bool:
        name = host.lower().removesuffix(".")
        name = f"[{name}]" if ":" in name else name
        return name in self._allowed or f"{name}:{port}" in self._allowed


class SystemResolver:
    """Asks the system for the addresses of a name."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_RESOLVERS, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of *host*."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, _addresses, host, port
        )
        return tuple(dict.fromkeys(found))


def _addresses(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]
