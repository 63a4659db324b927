"""Keeps replies of language models, so that no question is paid for twice.

Fails open: where memory does not answer, nothing was kept, and everybody may ask.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TypeVar

from agents import metrics
from agents.delivery.clock import Clock
from agents.diarist.llm.kept_reply import Asked, CallLog, Damaged, KeptReply
from agents.storage.memory.working_memory import Found, MemoryUnavailable, WorkingMemory
from schemas import GeneratorCall

LOCK_S = 5.0
"""Time after which a call whose worker was killed is made by another one, in seconds."""

RENEW_S = LOCK_S / 4
"""Time between two renewals while a call is under way, in seconds: three may fail."""

LOOK_S = 0.2
"""Time between two looks of those who wait for another's call, in seconds."""

_LOG = ":calls"
"""Where the log of a question's calls is kept, beside its reply."""

_Result = TypeVar("_Result")


class NotOurTurn(Exception):
    """Another one is asking, for longer than there is patience.

    Never leaves the package: the call fails.
    """


class ReplyCache:
    """Replies by what was asked; *salt* is a secret of the installation, the same everywhere.

    A *ttl_s* of 0 keeps nothing, and lets everybody ask.
    """

    def __init__(self, memory: WorkingMemory, *, ttl_s: float, salt: bytes, clock: Clock) -> None:
        self._memory = memory
        self._ttl_s = ttl_s
        self._salt = salt
        self._clock = clock

    def key(self, asked: Asked) -> str:
        """Return what the reply to *asked* is kept under."""
        return asked.key(self._salt)

    async def account(self, key: str, *, made_for: str, owner: str) -> None:
        """Note that the entry which tells of all calls made for *key* so far is published."""
        await self.put_log(key, CallLog(made_for=made_for, calls=()), owner=owner)

    async def put_log(self, key: str, calls: CallLog, *, owner: str) -> None:
        """Keep the calls that were made for *key*."""
        await self.put(key + _LOG, calls.to_bytes(), owner=owner)

    async def put(self, key: str, value: bytes, *, owner: str, holder: str = "") -> bool:
        """Keep *value*, as working memory does; tell whether that is certain."""
        if not self._ttl_s:
            return False
        putting = self._memory.put(key, value, owner=owner, ttl_s=self._ttl_s, holder=holder)
        return await _or(_done(putting), otherwise=False)

    @asynccontextmanager
    async def once(self, key: str, *, owner: str, wait_s: float) -> AsyncIterator["Turn"]:
        """Give the reply, or the turn of the one that is to ask for it, and keep it, in the block.

        *owner*, `tenant/user`, is whose words it is made from. The others wait until it is kept. If
        it is not when the block ends, it is the next one's turn, at once; if the worker is killed,
        after `LOCK_S`.

        Raises:
            NotOurTurn: nothing is kept in *wait_s*, and another is still asking.

        """
        turn = Turn(self, key, owner)
        if not self._ttl_s:
            yield turn
            return
        try:
            await self._await_turn(turn, wait_s)
            if turn.kept is not None:
                yield turn
                return
            renewing = asyncio.create_task(self._renew(turn))
            try:
                yield turn
            finally:
                await _cancelled(renewing)
        finally:
            if turn.perhaps_held:
                await _or(self._memory.release(key, turn.holder), None)

    async def _await_turn(self, turn: "Turn", wait_s: float) -> None:
        """Return once another has kept the reply, or the turn has come."""
        deadline_s = self._clock.monotonic() + wait_s
        while True:
            turn.perhaps_held = True
            keys = [turn.key, turn.key + _LOG]
            nothing = Found((None, None), is_claimed=True)
            asking = self._memory.get_or_claim(keys, turn.holder, ttl_s=LOCK_S)
            found = await _or(asking, nothing)
            turn.perhaps_held = found.is_claimed
            reply, calls = found.values
            turn.kept = _read(reply, KeptReply.from_bytes)
            turn.log = _read(calls, CallLog.from_bytes)
            if reply is not None or found.is_claimed:  # a damaged one is nobody's to wait for
                metrics.REPLY_LOOKUPS.labels("miss" if turn.kept is None else "hit").inc()
                return
            if self._clock.monotonic() >= deadline_s:
                raise NotOurTurn
            await self._clock.sleep(LOOK_S)

    async def _renew(self, turn: "Turn") -> None:
        """Keep the lock for as long as this runs."""
        while True:
            await self._clock.sleep(RENEW_S)
            await _or(self._memory.claim(turn.key, turn.holder, ttl_s=LOCK_S), otherwise=True)


class Turn:
    """One question: its reply, or leave to ask for it."""

    def __init__(self, cache: ReplyCache, key: str, owner: str) -> None:
        self.key = key
        self.holder = uuid.uuid4().hex
        self.kept: KeptReply | None = None
        self.log: CallLog | None = None
        self.perhaps_held = False
        """Whether the lock may be this turn's."""
        self._cache = cache
        self._owner = owner

    def unaccounted(self, payer: str) -> tuple[GeneratorCall, ...]:
        """Return the calls that *payer* pays for and that no published entry tells of yet.

        Those of a reply that was made for it, unless an entry is published; without a reply those
        that workers made which did not come to publish one.
        """
        log = self.log if self.log and self.log.made_for == payer else None
        if self.kept is None:
            return log.calls if log else ()
        is_accounted = log is not None and not log.calls
        return self.kept.calls if self.kept.made_for == payer and not is_accounted else ()

    async def note(self, calls: CallLog) -> None:
        """Keep what was called, for those who come after this worker is killed."""
        await self._cache.put_log(self.key, calls, owner=self._owner)

    async def keep(self, reply: KeptReply) -> None:
        """Keep *reply*, and give the turn back."""
        held, value = self.holder, reply.to_bytes()
        if await self._cache.put(self.key, value, owner=self._owner, holder=held):
            self.perhaps_held = False


def _read(kept: bytes | None, read: Callable[[bytes], _Result]) -> _Result | None:
    try:
        return None if kept is None else read(kept)
    except Damaged:
        metrics.REPLY_LOOKUPS.labels("damaged").inc()
        return None


async def _done(asking: Awaitable[object]) -> bool:
    await asking
    return True


async def _or(asking: Awaitable[_Result], otherwise: _Result) -> _Result:
    """Return what memory answers, or *otherwise* where it does not."""
    try:
        return await asking
    except MemoryUnavailable:
        metrics.MEMORY_UNAVAILABLE.labels("replies").inc()
        return otherwise


async def _cancelled(task: "asyncio.Task[None]") -> None:
    """End *task*, also one whose client swallows a cancellation."""
    while not task.done():
        task.cancel()
        await asyncio.wait((task,), timeout=RENEW_S)
