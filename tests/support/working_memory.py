"""Working memory in this process, which fails whenever a test says so."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from agents.storage.memory.working_memory import Accounts, Found, MemoryUnavailable


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """How an operation fails: before it has done anything, or after."""

    is_done: bool = False
    perhaps_done: bool = True


@dataclass(slots=True)
class DictMemory:
    """Does as the contract says.

    *failing* names operations that fail, and how; *calls* are those that were made.
    """

    now_s: Callable[[], float] = time.monotonic
    failing: dict[str, Failure] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    _kept: dict[str, tuple[bytes, str, float]] = field(default_factory=dict)
    _locks: dict[str, tuple[str, float]] = field(default_factory=dict)
    _pauses: dict[str, float] = field(default_factory=dict)
    _accounts: dict[str, tuple[int, float]] = field(default_factory=dict)
    _members: dict[tuple[str, str], float] = field(default_factory=dict)

    def fail(self, *operations: str, is_done: bool = False, perhaps_done: bool = True) -> None:
        """Let *operations* fail from now on; all of them if none is named."""
        failure = Failure(is_done=is_done, perhaps_done=perhaps_done)
        self.failing.update(dict.fromkeys(operations or OPERATIONS, failure))

    def recover(self) -> None:
        """Let nothing fail any more."""
        self.failing.clear()

    async def get(self, key: str) -> bytes | None:
        self._begin("get")
        value = self._value(key)
        self._end("get")
        return value

    async def get_or_claim(self, keys: Sequence[str], holder: str, *, ttl_s: float) -> Found:
        self._begin("get_or_claim")
        values = tuple(map(self._value, keys))
        is_claimed = values[0] is None and self._take(keys[0], holder, ttl_s)
        self._end("get_or_claim")
        return Found(values, is_claimed)

    async def put(
        self, key: str, value: bytes, *, owner: str, ttl_s: float, holder: str = ""
    ) -> None:
        self._begin("put")
        self._kept[key] = (value, owner, self.now_s() + ttl_s)
        if holder:
            self._give_back(key, holder)
        self._end("put")

    async def purge(self, owner: str) -> int:
        self._begin("purge")
        now_s = self.now_s()
        gone = {key: kept for key, kept in self._kept.items() if kept[1] == owner}
        for key in gone:
            del self._kept[key]
        self._end("purge")
        return sum(expires_at > now_s for _, _, expires_at in gone.values())

    async def claim(self, key: str, holder: str, *, ttl_s: float) -> bool:
        self._begin("claim")
        is_taken = self._take(key, holder, ttl_s)
        self._end("claim")
        return is_taken

    async def release(self, key: str, holder: str) -> None:
        self._begin("release")
        self._give_back(key, holder)
        self._end("release")

    async def pause(self, name: str, *, for_s: float) -> None:
        self._begin("pause")
        self._pauses[name] = max(self._pauses.get(name, 0.0), self.now_s() + for_s)
        self._end("pause")

    async def paused_s(self, name: str) -> float:
        self._begin("paused_s")
        return max(0.0, self._pauses.get(name, 0.0) - self.now_s())

    async def spend(
        self, accounts: Accounts, amount: int, *, ttl_s: float
    ) -> dict[str, int] | None:
        self._begin("spend")
        held = {name: self._held(name) for name in accounts}
        if amount > 0 and any(
            cap is not None and held[name] + amount > cap for name, cap in accounts.items()
        ):
            return None
        for name in accounts:
            _, expires_at = self._accounts.get(name, (0, 0.0))
            if expires_at <= self.now_s():
                expires_at = self.now_s() + ttl_s
            self._accounts[name] = (max(0, held[name] + amount), expires_at)
        self._end("spend")
        return {name: self._held(name) for name in accounts}

    async def spent(self, accounts: Accounts) -> dict[str, int]:
        self._begin("spent")
        return {name: self._held(name) for name in accounts}

    async def present(self, group: str, member: str, *, ttl_s: float) -> int:
        self._begin("present")
        now_s = self.now_s()
        self._members[group, member] = now_s + ttl_s
        return sum(
            party == group and expires_at > now_s
            for (party, _), expires_at in self._members.items()
        )

    async def close(self) -> None:
        pass

    def _value(self, key: str) -> bytes | None:
        value, _, expires_at = self._kept.get(key, (None, "", 0.0))
        return value if expires_at > self.now_s() else None

    def _take(self, key: str, holder: str, ttl_s: float) -> bool:
        now_s = self.now_s()
        found, expires_at = self._locks.get(key, (holder, now_s))
        is_taken = found == holder or expires_at <= now_s
        if is_taken:
            self._locks[key] = (holder, now_s + ttl_s)
        return is_taken

    def _give_back(self, key: str, holder: str) -> None:
        if self._locks.get(key, ("", 0.0))[0] == holder:
            del self._locks[key]

    def _held(self, name: str) -> int:
        held, expires_at = self._accounts.get(name, (0, 0.0))
        return held if expires_at > self.now_s() else 0

    def _begin(self, operation: str) -> None:
        self.calls.append(operation)
        failure = self.failing.get(operation)
        if failure is not None and not failure.is_done:
            raise MemoryUnavailable("told to fail", perhaps_done=failure.perhaps_done)

    def _end(self, operation: str) -> None:
        failure = self.failing.get(operation)
        if failure is not None:
            raise MemoryUnavailable("told to fail", perhaps_done=True)


OPERATIONS = (
    "get",
    "get_or_claim",
    "put",
    "purge",
    "claim",
    "release",
    "pause",
    "paused_s",
    "spend",
    "spent",
    "present",
)
