"""Keeps artefacts and results in a bucket, named as they are in a folder."""

import hashlib
from collections.abc import AsyncIterator
from typing import BinaryIO

from agents.errors import ArtefactMissing, DependencyUnavailable
from agents.storage.artefacts import check_whole, name_in
from agents.storage.obstore_client import Bucket
from agents.storage.results import result_name, sealed, unsealed
from agents.storage.s3_uri import S3Place

DEPENDENCY = "artefacts"


class S3Artefacts:
    """Keeps artefacts at *place*, `s3://bucket/prefix`."""

    def __init__(self, place: str) -> None:
        parsed = S3Place.parse(place)
        self._place = place
        self._prefix = "".join(f"{folder}/" for folder in parsed.folders)
        self._bucket = Bucket(parsed.bucket, DEPENDENCY)

    async def put(self, content: bytes, suffix: str) -> str:
        """Keep *content* and return its `s3:` URI."""
        return await self._keep(hashlib.sha256(content).hexdigest() + suffix, content)

    async def get(self, uri: str) -> bytes:
        """Return what `put` kept under *uri*."""
        return b"".join([piece async for piece in self.pieces(uri)])

    async def put_file(self, file: BinaryIO, sha256: str, suffix: str) -> str:
        """Keep all of *file* and return its `s3:` URI."""
        file.seek(0)
        return await self._keep(sha256 + suffix, file)

    async def pieces(self, uri: str) -> AsyncIterator[bytes]:
        """Yield the bytes that `get` would return."""
        name, digest = name_in(uri, self._uri), hashlib.sha256()
        try:
            async for piece in self._read(_spread(name)):
                digest.update(piece)
                yield piece
        except FileNotFoundError as error:
            raise ArtefactMissing(f"there is no artefact {uri!r}") from error
        check_whole(uri, digest.hexdigest())

    async def remember(self, key: str, content: bytes) -> None:
        """Keep *content* as the result *key*."""
        await self._bucket.put(self._prefix + result_name(key), sealed(content))

    async def recall(self, key: str) -> bytes | None:
        """Return the result *key*."""
        try:
            stored = b"".join([piece async for piece in self._read(result_name(key))])
        except FileNotFoundError:
            return None
        return unsealed(stored)

    async def _keep(self, name: str, content: bytes | BinaryIO) -> str:
        await self._bucket.put(self._prefix + _spread(name), content)
        return self._uri(name)

    async def _read(self, path: str) -> AsyncIterator[bytes]:
        """Yield the bytes at *path*; that they are kept from us is the settings' fault."""
        try:
            found = await self._bucket.find(self._prefix + path)
            async for piece in self._bucket.pieces(found):
                yield piece
        except PermissionError as error:
            raise DependencyUnavailable(DEPENDENCY, f"{self._place!r}: {error}") from error

    def _uri(self, name: str) -> str:
        return f"{self._place}/{_spread(name)}"


def _spread(name: str) -> str:
    return f"{name[:2]}/{name}"
