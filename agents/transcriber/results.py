"""Remembers what was heard in a recording's bytes, so that the same work is paid for once.

What is remembered is found by the bytes that we read ourselves. A checksum that an event merely
claims finds nothing, or else anybody could ask for anybody's text by it: save for the recording
that those very bytes were once read for.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from pydantic import TypeAdapter, ValidationError

from agents.storage.artefacts import ArtefactStore
from agents.transcriber.decoding.decoder import DecodedInfo
from agents.transcriber.engine import ServedModel
from agents.transcriber.transcript import HeardChunk, params_hash
from schemas import AudioReceived

T = TypeVar("T")

_VERSION = 1
"""Of what is written: goes up when it changes; what was written before is then heard anew."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What was found in a recording's bytes; `recording_id` is the first that they came as."""

    recording_id: str
    content_sha256: str
    name: str
    """The recording's file name, as its URI has it."""
    chunks: tuple[HeardChunk, ...]
    info: DecodedInfo
    diarizer: str | None = None
    """The name of the one whose turns are in the chunks."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    """The bytes that a recording came with."""

    content_sha256: str
    name: str


_HEARD, _CLAIM = TypeAdapter(Heard), TypeAdapter(_Claim)


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """The results of one event: its person, its model and all parameters are part of each key."""

    event: AudioReceived
    model: ServedModel
    options: Mapping[str, str | bool]
    """What the worker's settings add, such as whether there are words."""
    artefacts: ArtefactStore
    diarizer: str | None = None
    """The name of the one that is to tell the speakers apart."""
    names: tuple[str, ...] = ()
    """The names that the person wants spelt right."""

    async def recall(self, sha256: str) -> Heard | None:
        """Return what was heard in bytes with *sha256*, which we computed ourselves."""
        content = await self.artefacts.recall(self.working_key(sha256))
        return None if content is None else _read(_HEARD, content)

    async def recall_text(self, sha256: str) -> Heard | None:
        """Return what was heard in bytes with *sha256*, where only its speakers are not known."""
        if self.diarizer is None:
            return None  # then it is all that `recall` looks for
        return await replace(self, diarizer=None).recall(sha256)

    async def recall_claimed(self) -> Heard | None:
        """Return what was heard in the bytes that this recording came with before, if it did.

        It has to claim the same checksum as then. Nothing is fetched.
        """
        key = self._claim_key
        content = None if key is None else await self.artefacts.recall(key)
        claim = None if content is None else _read(_CLAIM, content)
        if claim is None:
            return None
        heard = await self.recall(claim.content_sha256)
        return None if heard is None else replace(heard, name=claim.name)

    async def remember(self, heard: Heard) -> None:
        """Keep *heard* for whoever of the same person brings the same bytes.

        Without the turns that were asked for it is kept as what it is, the plain text.
        """
        key = replace(self, diarizer=heard.diarizer).working_key(heard.content_sha256)
        await self.artefacts.remember(key, _HEARD.dump_json(heard))

    async def remember_claim(self, heard: Heard) -> None:
        """Note which bytes this recording came with."""
        if self._claim_key is not None:
            claim = _Claim(content_sha256=heard.content_sha256, name=heard.name)
            await self.artefacts.remember(self._claim_key, _CLAIM.dump_json(claim))

    def working_key(self, sha256: str) -> str:
        """Return what names the work on bytes with *sha256*: it is the same for the same result."""
        return self._key("content", sha256)

    def parameters(self, diarizer: str | None) -> str:
        """Return the hash of the parameters of a text with the turns of *diarizer* in it."""
        return params_hash(self.event, self.model, diarizer, self.names)

    @property
    def _claim_key(self) -> str | None:
        claimed = self.event.content_sha256
        return None if claimed is None else self._key("claim", self.event.recording_id, claimed)

    def _key(self, *parts: str) -> str:
        content = [
            _VERSION,
            self.event.tenant_id,
            self.event.user_id,
            self.model.engine,
            self.model.name,
            self.parameters(self.diarizer),
            sorted(self.options.items()),
            *parts,
        ]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()


def _read(adapter: TypeAdapter[T], content: bytes) -> T | None:
    """Return what *content* holds; None where an older version wrote it."""
    try:
        return adapter.validate_json(content)
    except ValidationError:
        return None
