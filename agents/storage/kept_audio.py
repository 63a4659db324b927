"""Keeps recordings that came from other people's hosts, where a replay may not find them again."""

import hashlib
import json

from agents.errors import ArtefactError, AudioForbidden
from agents.storage.artefacts import ArtefactStore
from agents.storage.audio_uri import AudioUri
from agents.storage.owner import Owner
from agents.storage.spool import Spool

SUFFIX = ".audio"


class KeptAudio:
    """Keeps recordings among *artefacts*, by content, and for each person which URI gave which.

    Nobody gets what was fetched for somebody else, whatever URI or sha256 an event names.
    """

    def __init__(self, artefacts: ArtefactStore) -> None:
        self._artefacts = artefacts

    async def keep(self, uri: AudioUri, spool: Spool, *, owner: Owner, sha256: str) -> None:
        """Keep what *uri* gave for *owner*, which has *sha256*; leaves *spool* at its first byte.

        Raises:
            DependencyUnavailable: the store of artefacts does not answer.

        """
        kept_at = await self._artefacts.put_file(spool.file, sha256, SUFFIX)
        found = json.dumps({"uri": kept_at, "sha256": sha256}).encode()
        await self._artefacts.remember(_key(uri, owner), found)
        spool.rewind()

    async def restore(
        self, uri: AudioUri, spool: Spool, *, owner: Owner, sha256: str | None = None
    ) -> bool:
        """Write what *uri* once gave for *owner* to *spool*; False if nothing whole is kept.

        Where *sha256* is given, only what has it is taken.

        Raises:
            AudioTooLarge: more bytes were kept than are allowed now.
            DependencyUnavailable: the store of artefacts does not answer.

        """
        remembered = await self._artefacts.recall(_key(uri, owner))
        if remembered is None:
            return False
        found = json.loads(remembered)
        if sha256 is not None and found["sha256"] != sha256.lower():
            return False
        try:
            async for piece in self._artefacts.pieces(found["uri"]):
                await spool.take(piece)
        except (ArtefactError, AudioForbidden):  # gone, damaged, or kept in another store
            spool.restart()
            return False
        return True


def _key(uri: AudioUri, owner: Owner) -> str:
    named = json.dumps(["audio", owner.tenant, owner.user, uri.text])
    return hashlib.sha256(named.encode()).hexdigest()
