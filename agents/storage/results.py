"""Seals results that are kept under a key, so that a damaged one is told from a whole one."""

import hashlib
import re

_KEY = re.compile(r"[0-9a-f]{64}")
_DIGEST_BYTES = 64


def result_name(key: str) -> str:
    """Return the path of the result *key*, a sha256 in hexadecimal digits, inside a store.

    Raises:
        ValueError: *key* is something else, which could be any path.

    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key!r} is not the sha256 of what a result follows from")
    return f"results/{key[:2]}/{key}.json"


def sealed(content: bytes) -> bytes:
    """Return *content* below a line with its sha256."""
    return hashlib.sha256(content).hexdigest().encode() + b"\n" + content


def unsealed(stored: bytes) -> bytes | None:
    """Return what was sealed; None if *stored* is not whole or was changed."""
    content = stored[_DIGEST_BYTES + 1 :]
    return content if sealed(content) == stored else None
