"""No question is paid for twice, and a memory that is away holds up nobody."""

import asyncio
import sys
import time
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.delivery.clock import SystemClock
from agents.diarist.llm.kept_reply import REPLY_MAX_BYTES, Asked, CallLog, Damaged, KeptReply
from agents.diarist.llm.language_model import Outcome, Stop
from agents.diarist.llm.reply_cache import LOCK_S, LOOK_S, RENEW_S, NotOurTurn, ReplyCache
from agents.storage.memory.sqlite_memory import SqliteMemory
from schemas import GeneratorCall
from tests.support.clock import MockedClock
from tests.support.waiting import until
from tests.support.working_memory import OPERATIONS, DictMemory
from tests.support.writers import a_call

OWNER = "acme/ana"
TTL_S = 3600.0
WAIT_S = 120.0

REPLY = KeptReply(
    text='{"title": "Ein Tag in Köln \\ud83d\\ude80"}',
    stop=Stop.COMPLETE,
    verdict=Outcome.OK,
    made_for="transcript-1",
    calls=(a_call(outcome="timeout", cost_micros=None), a_call()),
)
ASKED = Asked(
    tenant_id="acme",
    provider="anthropic",
    model="haiku",
    prompt_version="3",
    schema_version="1",
    max_tokens=4000,
    attempt=0,
    content="[00:00] S1: Good morning.",
)


@pytest.fixture
def clock() -> MockedClock:
    return MockedClock(held=True)


@pytest.fixture
def memory(clock: MockedClock) -> DictMemory:
    return DictMemory(now_s=clock.monotonic)


@pytest.fixture
def cache(memory: DictMemory, clock: MockedClock) -> ReplyCache:
    return ReplyCache(memory, ttl_s=TTL_S, salt=b"secret", clock=clock)


async def moving(clock: MockedClock, step_s: float, condition: Callable[[], bool]) -> None:
    """Let time pass until *condition* holds."""

    def move() -> bool:
        clock.advance(step_s)
        return condition()

    await until(move)


async def keep(
    cache: ReplyCache, reply: KeptReply, *, key: str = "key", owner: str = OWNER
) -> None:
    async with cache.once(key, owner=owner, wait_s=WAIT_S) as turn:
        await turn.keep(reply)


async def account(cache: ReplyCache) -> None:
    await cache.account("key", made_for="transcript-1", owner=OWNER)


async def kept(cache: ReplyCache, key: str = "key") -> KeptReply | None:
    async with cache.once(key, owner=OWNER, wait_s=WAIT_S) as turn:
        return turn.kept


class Caller:
    """Makes a call, unless another makes it; counts those that are made."""

    def __init__(self, cache: ReplyCache, *, wait_s: float = WAIT_S) -> None:
        self._cache = cache
        self._wait_s = wait_s
        self.made = 0
        self.answered = asyncio.Event()
        self.fails = False

    async def call(self) -> KeptReply:
        async with self._cache.once("key", owner=OWNER, wait_s=self._wait_s) as turn:
            if turn.kept is not None:
                return turn.kept
            self.made += 1
            await self.answered.wait()
            if self.fails:
                raise ConnectionError
            await turn.keep(REPLY)
            return replace(REPLY, made_for="the one that called")


async def test_a_reply_is_given_back_as_it_was_kept(cache: ReplyCache) -> None:
    assert await kept(cache) is None
    for reply in (REPLY, replace(REPLY, calls=REPLY.calls[1:], verdict=Outcome.REFUSED)):
        await keep(cache, reply)
        assert await kept(cache) == reply


async def test_a_reply_is_kept_for_its_time(cache: ReplyCache, clock: MockedClock) -> None:
    await keep(cache, REPLY)
    clock.advance(TTL_S - 1)
    assert await kept(cache) == REPLY
    clock.advance(1)
    assert await kept(cache) is None


async def test_a_reply_is_paid_for_once_its_entry_is_written(cache: ReplyCache) -> None:
    await keep(cache, REPLY)
    for told in (REPLY.calls, (), ()):
        async with cache.once("key", owner=OWNER, wait_s=WAIT_S) as turn:
            assert turn.kept == REPLY
            assert turn.unaccounted("transcript-1") == told
            assert turn.unaccounted("transcript-2") == ()
        await account(cache)


async def test_what_is_forgotten_does_not_come_back_by_being_paid_for(
    cache: ReplyCache, memory: DictMemory
) -> None:
    await keep(cache, REPLY)
    await keep(cache, REPLY, key="other", owner="acme/ben")
    assert await memory.purge(OWNER) == 1
    await account(cache)
    assert await kept(cache) is None
    assert await kept(cache, "other") == REPLY


@pytest.mark.parametrize(
    "damaged",
    [
        b"",
        b"nonsense",
        REPLY.to_bytes()[:-1],
        REPLY.to_bytes() + b"x",
        zlib.compress(b"{}"),
        zlib.compress(b"[1, 2"),
        zlib.compress(b"\xff\xfe"),
        zlib.compress(b'{"text": 1}'),
        zlib.compress(b" " * (REPLY_MAX_BYTES + 1)),
        zlib.compress(b"[" * 100_000),
        replace(REPLY, verdict=Outcome.LOST).to_bytes(),  # type: ignore[arg-type]  # on purpose
        replace(REPLY, text="half a pair: \ud800").to_bytes(),
    ],
)
async def test_what_is_no_reply_of_ours_is_a_miss(
    cache: ReplyCache, memory: DictMemory, damaged: bytes
) -> None:
    await memory.put("key", damaged, owner=OWNER, ttl_s=60)
    assert await kept(cache) is None
    await keep(cache, REPLY)
    assert await kept(cache) == REPLY


@given(st.binary(max_size=200))
def test_no_bytes_do_more_than_be_damaged(kept: bytes) -> None:
    for content in (kept, zlib.compress(kept)):
        for read in (KeptReply.from_bytes, CallLog.from_bytes):
            with pytest.raises(Damaged):
                read(content)


def test_two_questions_have_one_key_only_if_all_of_them_is_equal() -> None:
    others = [
        replace(ASKED, tenant_id="other"),
        replace(ASKED, provider="openai"),
        replace(ASKED, model="haiku2"),
        replace(ASKED, prompt_version="1", schema_version="3"),
        replace(ASKED, prompt_version="31", schema_version=""),
        replace(ASKED, max_tokens=400, attempt=0),
        replace(ASKED, attempt=1),
        replace(ASKED, content=ASKED.content + " "),
        replace(ASKED, content="\ud800"),
    ]
    keys = [asked.key(b"secret") for asked in [ASKED, *others]]
    assert len(set(keys)) == len(keys)
    assert replace(ASKED).key(b"secret") == ASKED.key(b"secret") != ASKED.key(b"")


def test_a_key_shows_nothing() -> None:
    key = ASKED.key(b"secret")
    assert len(key) == 64
    assert set(key) <= set("0123456789abcdef")


async def test_of_many_who_ask_the_same_one_makes_the_call(
    cache: ReplyCache, clock: MockedClock
) -> None:
    caller = Caller(cache)
    calls = [asyncio.create_task(caller.call()) for _ in range(10)]
    await until(lambda: clock.slept.count(LOOK_S) == 9)
    caller.answered.set()
    await moving(clock, LOOK_S, lambda: all(call.done() for call in calls))

    replies = [await call for call in calls]
    assert caller.made == 1
    assert replies.count(REPLY) == 9


async def test_a_call_may_take_longer_than_its_lock_lasts(
    cache: ReplyCache, clock: MockedClock
) -> None:
    caller = Caller(cache)
    calls = [asyncio.create_task(caller.call()) for _ in range(2)]
    await until(lambda: clock.slept.count(RENEW_S) == 1)
    for renewals in range(2, 20):
        clock.advance(RENEW_S)
        await until(lambda times=renewals: clock.slept.count(RENEW_S) == times)  # type: ignore[misc]
    assert (clock.monotonic() > 4 * LOCK_S, caller.made) == (True, 1)

    caller.answered.set()
    await moving(clock, LOOK_S, lambda: all(call.done() for call in calls))
    assert caller.made == 1


async def test_when_a_call_fails_the_next_one_makes_it_at_once(
    cache: ReplyCache, clock: MockedClock
) -> None:
    caller = Caller(cache)
    caller.fails = True
    calls = [asyncio.create_task(caller.call()) for _ in range(3)]
    await until(lambda: clock.slept.count(LOOK_S) == 2)
    caller.answered.set()
    before_s = clock.monotonic()
    await moving(clock, LOOK_S / 10, lambda: all(call.done() for call in calls))

    assert caller.made == 3
    assert clock.monotonic() - before_s <= 2 * LOOK_S + 1
    assert {type(call.exception()) for call in calls} == {ConnectionError}


async def test_a_call_that_is_cancelled_leaves_its_turn_to_the_next(
    cache: ReplyCache, memory: DictMemory
) -> None:
    caller = Caller(cache)
    call = asyncio.create_task(caller.call())
    await until(lambda: caller.made)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    assert await memory.claim("key", "next", ttl_s=LOCK_S)


async def test_nobody_waits_for_ever_nor_asks_what_another_is_asking(
    cache: ReplyCache, clock: MockedClock
) -> None:
    caller = Caller(cache, wait_s=3.0)
    calls = [asyncio.create_task(caller.call()) for _ in range(2)]
    await until(lambda: clock.slept.count(LOOK_S) >= 1)
    await moving(clock, LOOK_S, calls[1].done)
    assert isinstance(calls[1].exception(), NotOurTurn)
    caller.answered.set()
    await calls[0]
    assert (caller.made, await kept(cache)) == (1, REPLY)


async def test_calls_without_a_reply_are_told_of_until_an_entry_has_told_of_them(
    cache: ReplyCache,
) -> None:
    calls = (a_call(outcome="lost"), a_call(outcome="cut"))

    async def unaccounted(transcript_id: str) -> tuple[GeneratorCall, ...]:
        async with cache.once("key", owner=OWNER, wait_s=WAIT_S) as turn:
            return turn.unaccounted(transcript_id)

    assert await unaccounted("transcript-1") == ()
    for count in (1, 2):
        async with cache.once("key", owner=OWNER, wait_s=WAIT_S) as turn:
            await turn.note(CallLog(made_for="transcript-1", calls=calls[:count]))
        assert await unaccounted("transcript-1") == calls[:count]
        assert await unaccounted("transcript-2") == ()
    await account(cache)
    assert await unaccounted("transcript-1") == ()


async def test_a_question_costs_two_looks_into_memory_and_a_reply_that_is_kept_one(
    cache: ReplyCache, memory: DictMemory
) -> None:
    await keep(cache, REPLY)
    assert memory.calls == ["get_or_claim", "put"]
    await kept(cache)
    assert memory.calls[2:] == ["get_or_claim"]


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("operation", OPERATIONS)
async def test_without_memory_everybody_asks_and_nothing_fails(
    cache: ReplyCache, memory: DictMemory, operation: str, *, is_done: bool
) -> None:
    caller = Caller(cache)
    caller.answered.set()
    memory.fail(operation, is_done=is_done)
    assert (await caller.call()).text == REPLY.text
    await keep(cache, REPLY)
    await account(cache)
    assert (await kept(cache) or REPLY).text == REPLY.text


async def test_memory_may_fail_at_any_moment_of_a_call(
    cache: ReplyCache, memory: DictMemory, clock: MockedClock
) -> None:
    caller = Caller(cache)
    calls = [asyncio.create_task(caller.call()) for _ in range(3)]
    await until(lambda: clock.slept.count(LOOK_S) == 2)
    memory.fail()
    await moving(clock, LOOK_S, lambda: caller.made == 3)
    caller.answered.set()
    replies = await asyncio.gather(*calls)
    assert [reply.text for reply in replies] == [REPLY.text] * 3


async def test_a_time_of_0_keeps_nothing_and_lets_everybody_ask(
    memory: DictMemory, clock: MockedClock
) -> None:
    cache = ReplyCache(memory, ttl_s=0, salt=b"", clock=clock)
    await keep(cache, REPLY)
    assert await kept(cache) is None
    async with (
        cache.once("key", owner=OWNER, wait_s=WAIT_S) as first,
        cache.once("key", owner=OWNER, wait_s=1) as second,
    ):
        assert (first.kept, second.kept) == (None, None)
    assert memory.calls == []


async def test_a_call_of_a_worker_that_was_killed_is_made_by_another(tmp_path: Path) -> None:
    path = tmp_path / "memory.sqlite"
    holder = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.support.lock_holder", str(path), stdout=asyncio.subprocess.PIPE
    )
    assert holder.stdout is not None
    assert await holder.stdout.readline() == b"mine\n"
    memory = SqliteMemory(path)
    cache = ReplyCache(memory, ttl_s=60, salt=b"", clock=SystemClock())
    begin = time.monotonic()
    holder.kill()
    async with cache.once("key", owner=OWNER, wait_s=60) as turn:
        assert turn.kept is None
        assert time.monotonic() - begin < LOCK_S + 5
    await holder.communicate()
    await memory.close()
