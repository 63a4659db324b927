"""The seam behind which shared working memory stands: Redis, or SQLite on one machine."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

Accounts = Mapping[str, int | None]
"""Accounts that a sum is spent from, each with the cap of what may be spent from it, or None."""


ANSWER_S = 1.0
"""Longest time that any operation takes, in seconds: whoever works without memory loses less."""

QUIET_S = 1.0
"""Time in which a memory that did not answer is not asked again, in seconds."""


class MemoryUnavailable(Exception):
    """Working memory does not answer.

    Never leaves the storage's callers: what it was asked for is done without.
    """

    def __init__(self, message: str, *, perhaps_done: bool) -> None:
        super().__init__(message)
        self.perhaps_done = perhaps_done
        """Whether what was asked for may have happened, or may still."""


@dataclass(frozen=True, slots=True)
class Found:
    """What lay under some keys, and whether the lock of the first was taken since nothing did."""

    values: tuple[bytes | None, ...]
    is_claimed: bool


class WorkingMemory(Protocol):
    """Bytes by key, locks, pauses, and sums that several workers spend from.

    Keys are ours and hold nothing personal. Times to live are seconds. Every method returns or
    raises MemoryUnavailable within `ANSWER_S`, and at once for `QUIET_S` after it did not answer.
    The memory may be lost at any time, and then begins anew, empty.
    """

    async def get(self, key: str) -> bytes | None:
        """Return what was put under *key* and has not expired."""
        ...

    async def get_or_claim(self, keys: Sequence[str], holder: str, *, ttl_s: float) -> Found:
        """Return what `get` returns for each of *keys*; `claim` the first if nothing is there."""
        ...

    async def put(
        self, key: str, value: bytes, *, owner: str, ttl_s: float, holder: str = ""
    ) -> None:
        """Keep *value*; *owner*, `tenant/user`, is the person that it is about.

        A *holder* of the lock *key* gives it back in the same moment.
        """
        ...

    async def purge(self, owner: str) -> int:
        """Forget everything put for *owner*; return how much there was."""
        ...

    async def claim(self, key: str, holder: str, *, ttl_s: float) -> bool:
        """Take the lock *key*, or keep it where *holder* has it; False if another holds it."""
        ...

    async def release(self, key: str, holder: str) -> None:
        """Give the lock *key* back, if *holder* still has it."""
        ...

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long; a longer pause stands."""
        ...

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        ...

    async def spend(
        self, accounts: Accounts, amount: int, *, ttl_s: float
    ) -> dict[str, int] | None:
        """Add *amount* to every account, or to none if one would exceed its cap.

        Return what each holds then; None if it was refused. A negative amount gives back, and is
        never refused; no account falls below 0. One is forgotten *ttl_s* after its first use.
        """
        ...

    async def spent(self, accounts: Accounts) -> dict[str, int]:
        """Return what each account holds."""
        ...

    async def present(self, group: str, member: str, *, ttl_s: float) -> int:
        """Say that *member* is there; return how many members have said so in their *ttl_s*."""
        ...

    async def close(self) -> None:
        """Let go of connections and files; never raises."""
        ...
