"""Fetches recordings by `http:` and `https:` URI, from public addresses and allowed hosts only.

A host that an event names is input, no dependency: it is asked again for a while, then given up.
"""

import ssl
from datetime import datetime
from itertools import count
from typing import Protocol

from yarl import URL

from agents.errors import AudioUndecodable, AudioUnreachable
from agents.storage.aiohttp_client import Answer, get
from agents.storage.audio_uri import AudioUri
from agents.storage.fetch_deadline import FetchDeadlineState
from agents.storage.host_check import HostCheck
from agents.storage.host_slots import HostSlotsState, places_of
from agents.storage.http_answer import failure, is_recording, location_of
from agents.storage.http_uri import parse_http_uri, redirected, shown
from agents.storage.owner import Owner
from agents.storage.spool import BlocksState, Spool

REDIRECTS_MAX = 5
"""Redirects that are followed; browsers follow 20, and no recording needs so many."""

FETCHES_PER_HOST = 4
"""Fetches from one host at the same time: a few keep a line full, more would be an attack. A host
is one by its name and by its address."""

PAUSE_S, PAUSE_LONGEST_S = 0.5, 10.0
"""First and longest pause between two attempts, in seconds; doubled each time, halved by chance."""


class Pace(Protocol):
    """Tells the time and waits."""

    def now(self) -> datetime:
        """Return the wall clock's time, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds on a clock that never goes back."""
        ...

    def jitter(self) -> float:
        """Return a random number from 0 to 1."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait for *seconds*."""
        ...


class HttpAudio:
    """Reads `http:` and `https:` URIs, each within *deadline_s* seconds and what its bytes take.

    The seconds count from the beginning, waiting for the host's turn included; what others get of
    it meanwhile puts their end off. *tls* says whose certificates are trusted; unset: the system
    does.
    """

    def __init__(
        self,
        hosts: HostCheck,
        *,
        deadline_s: float,
        pace: Pace,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._hosts = hosts
        self._deadline_s = deadline_s
        self._pace = pace
        self._tls = tls
        self._slots = HostSlotsState(FETCHES_PER_HOST)

    async def fetch(self, uri: AudioUri, spool: Spool, *, owner: Owner) -> None:
        """Copy what is behind *uri* to *spool*.

        Raises:
            AudioForbidden: the URI, or where it is redirected to, names a host that may not be
                asked, or the host says that it is not for us.
            AudioMissing: the host says that there is nothing.
            AudioUnreachable: the host does not give it, whatever was tried, until the deadline.
            AudioTooLarge: there are more bytes than allowed.
            AudioUndecodable: it is sent compressed, which was not asked for.

        """
        del owner  # a URI that anybody may ask for
        url = parse_http_uri(uri.text)
        deadline = FetchDeadlineState(self._deadline_s, self._pace.monotonic)
        for attempt in count(1):
            try:
                await self._follow(url, spool, deadline)
            except AudioUnreachable as error:
                if not error.passing:
                    raise
                await self._pause(error, attempt, deadline)
            else:
                return
            spool.restart()

    async def _pause(
        self, error: AudioUnreachable, attempt: int, deadline: FetchDeadlineState
    ) -> None:
        """Wait until the next attempt; give up if it would begin after the deadline."""
        backoff_s = min(PAUSE_LONGEST_S, PAUSE_S * 2 ** min(attempt - 1, 10))
        pause_s = max(error.after_s, backoff_s * (1 + self._pace.jitter()) / 2)
        if pause_s >= deadline.left_s():
            raise AudioUnreachable(
                f"{error}; given up at attempt {attempt}, "
                f"DAYBOOK_FETCH_DEADLINE={self._deadline_s:g} sets the time"
            ) from error
        await self._pace.sleep(pause_s)

    async def _follow(self, url: URL, spool: Spool, deadline: FetchDeadlineState) -> None:
        hop = url
        for _ in range(REDIRECTS_MAX + 1):
            target = await self._ask(hop, spool, deadline)
            if target is None:
                return
            hop = target
        raise AudioUnreachable(f"{shown(url)!r} is redirected more than {REDIRECTS_MAX} times")

    async def _ask(self, url: URL, spool: Spool, deadline: FetchDeadlineState) -> URL | None:
        """Ask for *url*; return where it is redirected to, or None once *spool* has it all."""
        host, blocks = url.raw_host or "", None
        try:
            async with deadline.kept():
                addresses = await self._hosts.addresses(host, url.port or 0)
                places = places_of(host, addresses)
                async with self._slots.one_at_each(places, deadline.put_off) as tell_others:
                    blocks = BlocksState(spool, lambda size: tell_others(deadline.came(size)))
                    async with get(url, addresses, tls=self._tls) as answer:
                        return await self._take(url, answer, spool, blocks)
        except TimeoutError as error:
            late = f"{shown(url)!r} was not asked in time: its name is slow, or its host busy"
            if blocks is not None:
                late = f"of {shown(url)!r} only {blocks.size_bytes} bytes came in time"
            raise AudioUnreachable(late, passing=True) from error

    async def _take(
        self, url: URL, answer: Answer, spool: Spool, blocks: BlocksState
    ) -> URL | None:
        location = location_of(answer.status, answer.headers)
        if location is not None:
            return redirected(url, location)
        if not is_recording(answer.status):
            now = self._pace.now()
            raise failure(answer.status, answer.headers, shown=shown(url), now=now)
        encoding = answer.headers.get("Content-Encoding", "identity").strip().lower()
        if encoding not in ("", "identity"):
            # A small answer could unpack to any size, and its Content-Length says nothing.
            raise AudioUndecodable(f"{shown(url)!r} comes compressed: {encoding!r}")
        if answer.size_bytes is not None:
            spool.announce(answer.size_bytes)
        async for piece in answer.pieces:
            await blocks.take(piece)
        await blocks.flush()
        return None
