"""Working memory in Redis: one server, or one address behind which there always is one."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, TypeVar

from redis import exceptions
from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from agents.storage.memory import redis_scripts
from agents.storage.memory.cancellation import heeded_cancellation
from agents.storage.memory.outage import OutageState
from agents.storage.memory.owner_key import owner_key
from agents.storage.memory.working_memory import (
    ANSWER_S,
    Accounts,
    Found,
    MemoryUnavailable,
)

CONNECTIONS = 32
"""Operations at the same time, and so connections, of one worker; further ones wait."""

_PREFIX = "daybook:"

_Result = TypeVar("_Result")


class RedisMemory:
    """Everything that more than one command has to do is one script, and so whole or not done.

    *url* is redis://, rediss:// or unix://, as redis-py reads it; it may hold a password.
    """

    def __init__(self, url: str) -> None:
        # No retries: they would take the time in which the caller could do without. Answers in
        # the older protocol, which needs no handshake. The pool's own limit is never reached:
        # it would be an error, and ours is a queue.
        self._client = Redis.from_url(
            url,
            protocol=2,
            retry=Retry(NoBackoff(), 0),
            socket_connect_timeout=ANSWER_S,
            max_connections=CONNECTIONS * 1024,
        )
        self._free = asyncio.Semaphore(CONNECTIONS)
        self._outage = OutageState("redis")
        self._get_or_claim = self._client.register_script(redis_scripts.GET_OR_CLAIM)
        self._put = self._client.register_script(redis_scripts.PUT)
        self._purge = self._client.register_script(redis_scripts.PURGE)
        self._claim = self._client.register_script(redis_scripts.CLAIM)
        self._release = self._client.register_script(redis_scripts.RELEASE)
        self._pause = self._client.register_script(redis_scripts.PAUSE)
        self._spend = self._client.register_script(redis_scripts.SPEND)
        self._present = self._client.register_script(redis_scripts.PRESENT)

    async def get(self, key: str) -> bytes | None:
        """Return what was put under *key* and has not expired."""
        return await self._ask(lambda: self._client.get(_kept(key)), _bytes)

    async def get_or_claim(self, keys: Sequence[str], holder: str, *, ttl_s: float) -> Found:
        """Return what is kept under *keys*, and take the lock of the first if nothing is."""
        named = [_lock(keys[0]), *map(_kept, keys)]
        return await self._ask(lambda: self._get_or_claim(named, [holder, _ms(ttl_s)]), _found)

    async def put(
        self, key: str, value: bytes, *, owner: str, ttl_s: float, holder: str = ""
    ) -> None:
        """Keep *value*, and give the lock *key* back."""
        keys = [_kept(key), _owned(owner), _lock(key)]
        await self._ask(lambda: self._put(keys, [value, key, _ms(ttl_s), holder]), _nothing)

    async def purge(self, owner: str) -> int:
        """Forget everything put for *owner*; return how much there was."""
        return await self._ask(lambda: self._purge([_owned(owner)], [_kept("")]), int)

    async def claim(self, key: str, holder: str, *, ttl_s: float) -> bool:
        """Take the lock *key*, or keep it where *holder* has it; False if another holds it."""
        keys = [_lock(key)]
        return await self._ask(lambda: self._claim(keys, [holder, _ms(ttl_s)]), int) == 1

    async def release(self, key: str, holder: str) -> None:
        """Give the lock *key* back, if *holder* still has it."""
        keys = [_lock(key)]
        await self._ask(lambda: self._release(keys, [holder]), _nothing)

    async def pause(self, name: str, *, for_s: float) -> None:
        """Have everybody leave *name* alone for so long; a longer pause stands."""
        await self._ask(lambda: self._pause([_pause(name)], [_ms(for_s)]), _nothing)

    async def paused_s(self, name: str) -> float:
        """Return for how long *name* is still to be left alone; 0 if it is not."""
        left_ms = await self._ask(lambda: self._client.pttl(_pause(name)), int)
        return max(0, left_ms) / 1000

    async def spend(
        self, accounts: Accounts, amount: int, *, ttl_s: float
    ) -> dict[str, int] | None:
        """Add *amount* to every account, or to none if one would exceed its cap."""
        caps = ["" if cap is None else cap for cap in accounts.values()]
        keys = [_account(name) for name in accounts]
        return await self._ask(
            lambda: self._spend(keys, [amount, _ms(ttl_s), *caps]),
            lambda sums: None if sums is None else _by_name(accounts, sums),
        )

    async def spent(self, accounts: Accounts) -> dict[str, int]:
        """Return what each account holds."""
        if not accounts:
            return {}
        keys = [_account(name) for name in accounts]
        return await self._ask(
            lambda: self._client.mget(keys), lambda sums: _by_name(accounts, sums)
        )

    async def present(self, group: str, member: str, *, ttl_s: float) -> int:
        """Say that *member* is there; return how many members have said so in their *ttl_s*."""
        keys = [f"{_PREFIX}present:{group}"]
        return await self._ask(lambda: self._present(keys, [member, _ms(ttl_s)]), int)

    async def close(self) -> None:
        """Let go of connections."""
        try:
            async with asyncio.timeout(ANSWER_S):
                await self._client.aclose()
        except (exceptions.RedisError, OSError):  # a TimeoutError is one, too
            return

    async def _ask(
        self, command: Callable[[], Awaitable[Any] | Any], read: Callable[[Any], _Result]
    ) -> _Result:
        """Return what *read* makes of the answer to *command*.

        redis-py types commands as if they might be no coroutines, and answers as anything. It
        swallows the cancellation of a caller whose command is sent at that moment.
        """
        task = asyncio.current_task()
        cancelled_before = task.cancelling() if task else 0
        try:
            return await self._read_answer(command, read)
        finally:
            if task and task.cancelling() > cancelled_before:
                raise asyncio.CancelledError

    async def _read_answer(
        self, command: Callable[[], Awaitable[Any] | Any], read: Callable[[Any], _Result]
    ) -> _Result:
        is_tried = self._outage.is_to_be_tried()
        is_sent = False
        try:
            with heeded_cancellation():
                async with asyncio.timeout(ANSWER_S), self._free:
                    if is_tried:
                        # What comes back with a question costs nothing if it does not come back.
                        await _answered(self._client.ping())
                        self._outage.ended()
                    is_sent = True
                    return read(await command())
        except exceptions.ResponseError as error:
            # It answers, and has refused: no memory left, not the master, no permission.
            if isinstance(error, exceptions.ReadOnlyError):
                await self._look_anew()
            raise MemoryUnavailable(_said(error), perhaps_done=False) from error
        except (exceptions.RedisError, OSError, TypeError, ValueError) as error:
            self._outage.noticed(_said(error))
            raise MemoryUnavailable(_said(error), perhaps_done=is_sent) from error

    async def _look_anew(self) -> None:
        """Connect again next time: the address may lead to another server by then."""
        await self._client.connection_pool.disconnect(inuse_connections=False)


async def _answered(command: Any) -> None:
    await command


def _nothing(answer: object) -> None:
    del answer


def _bytes(answer: object) -> bytes | None:
    if answer is None or isinstance(answer, bytes):
        return answer
    raise TypeError(f"answers with {type(answer).__name__}, not with bytes")


def _found(answer: Sequence[object]) -> Found:
    is_claimed, *values = answer
    return Found(tuple(map(_bytes, values)), is_claimed == 1)


def _by_name(accounts: Accounts, sums: Iterable[bytes | int | None]) -> dict[str, int]:
    return {name: int(held or 0) for name, held in zip(accounts, sums, strict=True)}


def _said(error: Exception) -> str:
    return f"Redis: {str(error) or type(error).__name__}"


def _ms(seconds: float) -> int:
    """Return whole milliseconds, of which Redis wants at least one."""
    return max(1, round(seconds * 1000))


def _kept(key: str) -> str:
    return f"{_PREFIX}kept:{key}"


def _owned(owner: str) -> str:
    return f"{_PREFIX}owned:{owner_key(owner)}"


def _lock(key: str) -> str:
    return f"{_PREFIX}lock:{key}"


def _pause(name: str) -> str:
    return f"{_PREFIX}pause:{name}"


def _account(name: str) -> str:
    return f"{_PREFIX}account:{name}"
