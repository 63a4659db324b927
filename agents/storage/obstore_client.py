"""Reads and writes one bucket of S3 or what speaks like it; the only file that knows `obstore`.

`obstore` is an extra (`daybook[s3]`), so it is imported only once a bucket is worked with. It takes
its endpoint and credentials from the usual variables: `AWS_ENDPOINT_URL`, `AWS_REGION`,
`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_ALLOW_HTTP` and others.
"""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import BinaryIO

from agents.errors import DependencyUnavailable, SettingsError

PIECE_BYTES = 4 << 20
"""Bytes asked for at a time: each piece has a request, 30 seconds and retries of its own."""

_RETRIES = 2
_RETRYING_S = timedelta(seconds=10)
"""A client's own patience is short: whoever waits for a dependency shows that it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredObject:
    """An object as it was found: reading it later gives these very bytes or fails."""

    key: str
    size_bytes: int
    e_tag: str | None


class Bucket:
    """One bucket, called *dependency* where it does not answer.

    Methods raise `DependencyUnavailable` while the bucket does not answer or refuses our
    credentials. They need `s3:GetObject`, `s3:ListBucket` and, to write, `s3:PutObject`: without
    the second, S3 answers to a missing object as to a forbidden one.
    """

    def __init__(self, name: str, dependency: str) -> None:
        self._name = name
        self._dependency = dependency
        self._obstore = _obstore()
        # Options of the client, given here, would put AWS_ALLOW_HTTP out of force.
        self._store = self._obstore.store.S3Store(
            name,
            retry_config={"max_retries": _RETRIES, "retry_timeout": _RETRYING_S},
        )

    async def find(self, key: str) -> StoredObject:
        """Return what is stored under *key*.

        Raises:
            FileNotFoundError: nothing is.
            PermissionError: it may not be read, while others may.

        """
        async with self._answering(key):
            found = await self._obstore.head_async(self._store, key)
        return StoredObject(key=key, size_bytes=found["size"], e_tag=found["e_tag"])

    async def pieces(self, found: StoredObject) -> AsyncIterator[bytes]:
        """Yield the bytes of what `find` returned.

        Raises:
            FileNotFoundError: it is gone, or another is in its place.
            PermissionError: it may not be read, while others may.

        """
        for start in range(0, found.size_bytes, PIECE_BYTES):
            end = min(start + PIECE_BYTES, found.size_bytes)
            options = {"range": (start, end), "if_match": found.e_tag}
            async with self._answering(found.key):
                result = await self._obstore.get_async(self._store, found.key, options=options)
                piece = bytes(await result.bytes_async())
            yield piece

    async def put(self, key: str, content: bytes | BinaryIO) -> None:
        """Store *content* under *key*, in place of what is there; nobody sees half of it."""
        try:
            with self._translated(key):
                await self._obstore.put_async(self._store, key, content)
        except (FileNotFoundError, PermissionError) as error:
            raise self._unavailable(error) from error

    @asynccontextmanager
    async def _answering(self, key: str) -> AsyncIterator[None]:
        """Tell an object that is missing or forbidden from a bucket that is."""
        try:
            with self._translated(key):
                yield
        except (FileNotFoundError, PermissionError):
            await self._look(key)
            raise

    async def _look(self, key: str) -> None:
        """List the folder of *key*, which works in a bucket that is there and ours to read."""
        folder = key.rpartition("/")[0]
        listed = self._obstore.list(self._store, prefix=folder, chunk_size=1)
        try:
            with self._translated(key):
                async for _ in listed:
                    return
        except (FileNotFoundError, PermissionError) as error:
            raise self._unavailable(error) from error

    @contextmanager
    def _translated(self, key: str) -> Iterator[None]:
        errors = self._obstore.exceptions
        try:
            yield
        except (errors.PermissionDeniedError, errors.UnauthenticatedError) as error:
            raise PermissionError(_first_line(error)) from error
        except errors.PreconditionError as error:
            raise FileNotFoundError(f"{key!r} was replaced meanwhile") from error
        except errors.BaseError as error:
            raise self._unavailable(error) from error

    def _unavailable(self, error: Exception) -> DependencyUnavailable:
        found = _first_line(error)
        return DependencyUnavailable(self._dependency, f"the bucket {self._name!r}: {found}")


def check_s3() -> None:
    """Check that buckets can be worked with here, before any is.

    Raises:
        SettingsError: the extra is not installed, or the endpoint is one that would be refused.

    """
    _obstore()
    for name in ("AWS_ENDPOINT_URL", "AWS_ENDPOINT"):
        plain = os.environ.get(name, "").lower().startswith("http://")
        if plain and os.environ.get("AWS_ALLOW_HTTP", "").lower() not in ("true", "1", "yes", "on"):
            raise SettingsError(f"{name} begins with http://: set AWS_ALLOW_HTTP=true to allow it")


def _obstore() -> ModuleType:
    try:
        import obstore.exceptions  # noqa: PLC0415 - an extra, which most workers do without
        import obstore.store  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError("s3:// needs an extra: pip install daybook[s3]") from error
    return obstore


def _first_line(error: Exception) -> str:
    """Return what *error* says, less its inner state, which follows on more lines."""
    return str(error).partition("\n")[0]
