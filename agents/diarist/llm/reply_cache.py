"""Keeps replies of language models, so that no question is paid for twice.

Fails open: where memory does not answer, nothing was kept, and everybody may ask.
"""

import asyncio
import uuid
from collections.abc import AsyncIterator, Awaitable
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import TypeVar

from agents import metrics
from agents.delivery.clock import Clock
from agents.diarist.llm.kept_reply import Asked, Damaged, KeptReply
from agents.storage.memory.working_memory import MemoryUnavailable, WorkingMemory

LOCK_S = 5.0
"""Time after which a call whose worker was killed is made by another one, in seconds."""

RENEW_S = LOCK_S / 4
"""Time between two renewals while a call is under way, in seconds: three may fail."""

LOOK_S = 0.2
"""Time between two looks of those who wait for another's call, in seconds."""

_MARK, _BEGUN, _ENDED = ":call", b"begun", b"ended"

_Result = TypeVar("_Result")


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

    async def get(self, key: str) -> KeptReply | None:
        """Return the reply that is kept under *key*."""
        kept = await self._look(key)
        if self._ttl_s:
            metrics.REPLY_LOOKUPS.labels("miss" if kept is None else "hit").inc()
        return kept

    async def keep(self, key: str, reply: KeptReply, *, owner: str) -> None:
        """Keep *reply*; *owner*, `tenant/user`, is whose words it is made from."""
        if self._ttl_s:
            put = self._memory.put(key, reply.to_bytes(), owner=owner, ttl_s=self._ttl_s)
            await _or(put, None)

    async def mark_accounted(self, key: str, *, owner: str) -> None:
        """Note that the entry that paid for the reply is written, if the reply is still kept."""
        kept = await self._look(key)
        if kept is not None and not kept.accounted:
            await self.keep(key, replace(kept, accounted=True), owner=owner)

    async def was_lost(self, key: str) -> bool:
        """Return whether a call began of which no end is known.

        The worker that made it was killed: it may have been paid for.
        """
        if not self._ttl_s:
            return False
        return await _or(self._memory.get(key + _MARK), None) == _BEGUN

    async def begin(self, key: str, *, owner: str) -> None:
        """Note that a call begins."""
        if self._ttl_s:
            put = self._memory.put(key + _MARK, _BEGUN, owner=owner, ttl_s=self._ttl_s)
            await _or(put, None)

    async def end(self, key: str, *, owner: str) -> None:
        """Note that the call has ended without a reply."""
        if self._ttl_s:
            put = self._memory.put(key + _MARK, _ENDED, owner=owner, ttl_s=self._ttl_s)
            await _or(put, None)

    async def purge(self, owner: str) -> int:
        """Forget every reply made from the words of *owner*; return how many there were.

        Raises:
            MemoryUnavailable: some may be left.

        """
        return await self._memory.purge(owner)

    @asynccontextmanager
    async def once(self, key: str, *, wait_s: float) -> AsyncIterator[KeptReply | None]:
        """Give the reply, or None to the one that is to ask for it and keep it within the context.

        The others wait until it is kept. If it is not when the context ends, the next of them is
        given None, at once; if the worker is killed, after `LOCK_S`. Nobody waits longer than
        *wait_s*, which is best longer than a call may take.
        """
        kept = await self.get(key)
        if kept is not None or not self._ttl_s:
            yield kept
            return
        holder = uuid.uuid4().hex
        try:
            kept = await self._await_turn(key, holder, wait_s)
            if kept is not None:
                metrics.REPLY_LOOKUPS.labels("hit").inc()
                yield kept
                return
            renewing = asyncio.create_task(self._renew(key, holder))
            try:
                yield None
            finally:
                renewing.cancel()
                await asyncio.wait((renewing,))
        finally:
            await _or(self._memory.release(key, holder), None)

    async def _await_turn(self, key: str, holder: str, wait_s: float) -> KeptReply | None:
        """Return the reply once another has kept it, or None once it is *holder*'s turn."""
        deadline_s = self._clock.monotonic() + wait_s
        while True:
            is_turn = await _or(self._memory.claim(key, holder, ttl_s=LOCK_S), otherwise=True)
            # Also by its turn: the last holder may have kept it since the last look.
            kept = await self._look(key)
            if kept is not None or is_turn or self._clock.monotonic() >= deadline_s:
                return kept
            await self._clock.sleep(LOOK_S)

    async def _renew(self, key: str, holder: str) -> None:
        """Keep the lock for as long as this runs."""
        while True:
            await self._clock.sleep(RENEW_S)
            await _or(self._memory.claim(key, holder, ttl_s=LOCK_S), otherwise=True)

    async def _look(self, key: str) -> KeptReply | None:
        if not self._ttl_s:
            return None
        kept = await _or(self._memory.get(key), None)
        try:
            return None if kept is None else KeptReply.from_bytes(kept)
        except Damaged:
            metrics.REPLY_LOOKUPS.labels("damaged").inc()
            return None


async def _or(asking: Awaitable[_Result], otherwise: _Result) -> _Result:
    """Return what memory answers, or *otherwise* where it does not."""
    try:
        return await asking
    except MemoryUnavailable:
        metrics.MEMORY_UNAVAILABLE.labels("replies").inc()
        return otherwise
