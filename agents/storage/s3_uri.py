"""Takes s3 URIs apart, and says which places they are in."""

import unicodedata
from dataclasses import dataclass

from agents.errors import AudioForbidden
from agents.storage.audio_uri import AudioUri
from agents.storage.owner import Owner

_KEY_BYTES, _FOLDER_BYTES = 1024, 255
"""Longest key and longest part of one: S3's own limit, and that of others that speak like it.

What a bucket refuses to hear of at all looks as if the bucket were out of order.
"""

_CONTROL = {"Cc", "Cs"}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3Place:
    """A bucket, or the part of it below *folders*: `{tenant}` and `{user}` are the owner's."""

    bucket: str
    folders: tuple[str, ...]

    @classmethod
    def parse(cls, text: str) -> "S3Place":
        """Return the place that *text*, a checked setting, names as `s3://bucket/folder…`."""
        bucket, *folders = text.removeprefix("s3://").split("/")
        return cls(bucket=bucket, folders=tuple(folders))

    def holds(self, bucket: str, key: str, owner: Owner) -> bool:
        """Whether *key* is in this place as it is for *owner*."""
        known = {"{tenant}": owner.tenant, "{user}": owner.user}
        folders = tuple(known.get(folder, folder) for folder in self.folders)
        parts = tuple(key.split("/"))
        inside = len(parts) > len(folders) and parts[: len(folders)] == folders
        return bucket == self.bucket and inside


def key_of(uri: AudioUri) -> str:
    """Return the key in *uri*, percent-decoded: in one spelling only, and one that S3 can hold.

    Raises:
        AudioForbidden: the key could be taken for another one, or for none.

    """
    key = uri.path.removeprefix("/")
    if "?" in uri.text or "#" in uri.text:
        raise AudioForbidden(f"audio_uri {uri.text!r} has a query or a fragment; write %3F or %23")
    kinds = {unicodedata.category(character) for character in key}
    if {"", ".", ".."} & set(key.split("/")) or "\\" in key or kinds & _CONTROL:
        raise AudioForbidden(f"audio_uri {uri.text!r} has no plain key")
    parts = [len(part.encode()) for part in key.split("/")]
    if max(parts) > _FOLDER_BYTES or sum(parts) + len(parts) - 1 > _KEY_BYTES:
        raise AudioForbidden("the key in audio_uri is too long")
    return key
