"""Opens an event's recording: one fetcher per scheme, one way to spool, check and hash."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Protocol

from agents.errors import AudioForbidden, AudioMissing, AudioSchemeRefused, AudioUnreachable
from agents.storage.audio_uri import AudioUri, parse_audio_uri
from agents.storage.kept_audio import KeptAudio
from agents.storage.owner import Owner
from agents.storage.spool import Expected, Spool

KEPT_SCHEMES = {"http", "https"}
"""Schemes of hosts that are not ours: what they gave once, they may not give again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Audio:
    """A recording on this machine: an open file at its first byte, and what we know of it."""

    file: BinaryIO
    name: str
    size_bytes: int
    sha256: str


class AudioStore(Protocol):
    """Gives the bytes behind an audio URI.

    `open` raises an `AudioError` where the event is at fault and `DependencyUnavailable` where
    a part named in the settings is. The file is closed when the context ends.
    """

    def open(
        self, uri: str, *, owner: Owner, sha256: str | None = None, size_bytes: int | None = None
    ) -> AbstractAsyncContextManager[Audio]:
        """Fetch *uri* for *owner* and check it against the claimed *sha256* and *size_bytes*."""
        ...


class AudioFetcher(Protocol):
    """Writes the bytes behind the URIs of one scheme into a spool."""

    async def fetch(self, uri: AudioUri, spool: Spool, *, owner: Owner) -> None:
        """Write everything that *owner* has behind *uri* to *spool*.

        Never blocks the event loop.
        """
        ...


class SpoolingAudioStore:
    """Fetches by scheme into *spool_dir*; a scheme without a fetcher is refused at once.

    With *kept*, recordings from other people's hosts are kept, and taken from there if their event
    says their sha256, or once their host does not give them any more.
    """

    def __init__(
        self,
        fetchers: Mapping[str, AudioFetcher],
        *,
        spool_dir: Path,
        max_bytes: int,
        kept: KeptAudio | None = None,
    ) -> None:
        self._fetchers = fetchers
        self._spool_dir = spool_dir
        self._max_bytes = max_bytes
        self._kept = kept

    @asynccontextmanager
    async def open(
        self, uri: str, *, owner: Owner, sha256: str | None = None, size_bytes: int | None = None
    ) -> AsyncIterator[Audio]:
        """Fetch *uri* for *owner* and check it against the claimed *sha256* and *size_bytes*."""
        parsed = parse_audio_uri(uri)
        fetcher = self._fetcher(parsed)
        expected = Expected(max_bytes=self._max_bytes, size_bytes=size_bytes, sha256=sha256)
        with Spool(self._spool_dir, expected) as spool:
            if self._kept is not None and parsed.scheme in KEPT_SCHEMES:
                fetcher = _Keeping(fetcher, self._kept, sha256)
            await fetcher.fetch(parsed, spool, owner=owner)
            computed = spool.finish()
            yield Audio(
                file=spool.file,
                name=parsed.name,
                size_bytes=spool.size_bytes,
                sha256=computed,
            )

    def _fetcher(self, uri: AudioUri) -> AudioFetcher:
        fetcher = self._fetchers.get(uri.scheme)
        if fetcher is None:
            known = ", ".join(f"{scheme}:" for scheme in sorted(self._fetchers))
            raise AudioSchemeRefused(
                f"audio_uri {uri.text!r} has the scheme {uri.scheme!r}; this worker reads {known}"
            )
        return fetcher


class _Keeping:
    """Fetches one recording with *fetcher*, unless what has its *sha256* is kept; then keeps it."""

    def __init__(self, fetcher: AudioFetcher, kept: KeptAudio, sha256: str | None) -> None:
        self._fetcher = fetcher
        self._kept = kept
        self._sha256 = sha256

    async def fetch(self, uri: AudioUri, spool: Spool, *, owner: Owner) -> None:
        if self._sha256 is not None and await self._kept.restore(
            uri, spool, owner=owner, sha256=self._sha256
        ):
            return
        try:
            await self._fetcher.fetch(uri, spool, owner=owner)
        except (AudioMissing, AudioUnreachable, AudioForbidden):
            spool.restart()
            if not await self._kept.restore(uri, spool, owner=owner):
                raise
        else:
            # Not before the event's claims hold: what is wrong must not be found again.
            await self._kept.keep(uri, spool, owner=owner, sha256=spool.finish())
