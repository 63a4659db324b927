"""The name under which a person's part of memory is indexed: it says nothing of the person."""

import hashlib


def owner_key(owner: str) -> str:
    """Return the sha256 of *owner*, `tenant/user`."""
    return hashlib.sha256(owner.encode()).hexdigest()
