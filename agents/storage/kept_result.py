"""The form in which a derived result is kept: its content behind the sha256 of it."""

import hashlib

_DIGEST_BYTES = hashlib.sha256().digest_size


def sealed(content: bytes) -> bytes:
    """Return *content* with what proves it whole."""
    return hashlib.sha256(content).digest() + content


def unsealed(kept: bytes) -> bytes | None:
    """Return the content that was sealed; None where it is no longer whole."""
    digest, content = kept[:_DIGEST_BYTES], kept[_DIGEST_BYTES:]
    return content if hashlib.sha256(content).digest() == digest else None
