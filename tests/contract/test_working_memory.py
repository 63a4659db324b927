"""What every working memory does: Redis, SQLite, and the one that other tests are given."""

import asyncio
import re
import time
import uuid
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agents.storage.memory.redis_memory import RedisMemory
from agents.storage.memory.sqlite_memory import SqliteMemory
from agents.storage.memory.working_memory import Found, WorkingMemory
from tests.support.redis_server import RedisServer, redis_server
from tests.support.waiting import PATIENCE_S
from tests.support.working_memory import DictMemory

ANA, BEN = "acme/ana", "acme/ben"
LONG_S = 60.0
SHORT_S = 0.15


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture(params=["redis", "sqlite", "dict"])
async def memory(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[WorkingMemory]:
    memory: WorkingMemory
    if request.param == "redis":
        server: RedisServer = request.getfixturevalue("server")
        server.ask("FLUSHALL")
        memory = RedisMemory(server.url)
    elif request.param == "sqlite":
        memory = SqliteMemory(tmp_path / "memory.sqlite")
    else:
        memory = DictMemory()
    yield memory
    await memory.close()


async def becomes(look: Callable[[], Awaitable[object]], expected: object) -> None:
    """Wait until *look* gives what is *expected*."""
    deadline = time.monotonic() + PATIENCE_S
    while (found := await look()) != expected:
        assert time.monotonic() < deadline, f"is still {found!r}"
        await asyncio.sleep(0.01)


async def test_gives_back_what_was_put_last(memory: WorkingMemory) -> None:
    assert await memory.get("key") is None
    for value in (b"first", b"", bytes(range(256)), b"\0" * 1_000_000):
        await memory.put("key", value, owner=ANA, ttl_s=LONG_S)
        assert await memory.get("key") == value
    assert await memory.get("other") is None


async def test_what_was_put_expires(memory: WorkingMemory) -> None:
    await memory.put("key", b"value", owner=ANA, ttl_s=SHORT_S)
    await becomes(lambda: memory.get("key"), None)

    assert await memory.purge(ANA) == 0


async def test_putting_again_begins_its_time_anew(memory: WorkingMemory) -> None:
    await memory.put("key", b"short", owner=ANA, ttl_s=SHORT_S)
    await memory.put("key", b"long", owner=ANA, ttl_s=LONG_S)
    await memory.put("other", b"short", owner=ANA, ttl_s=SHORT_S)
    await becomes(lambda: memory.get("other"), None)

    assert await memory.get("key") == b"long"
    assert await memory.purge(ANA) == 1


async def test_purge_forgets_what_is_one_persons_and_nothing_else(memory: WorkingMemory) -> None:
    for number in range(20):
        await memory.put(f"ana-{number}", b"value", owner=ANA, ttl_s=LONG_S)
    await memory.put("ben", b"value", owner=BEN, ttl_s=LONG_S)

    assert await memory.purge(ANA) == 20
    assert [await memory.get(f"ana-{number}") for number in range(20)] == [None] * 20
    assert await memory.get("ben") == b"value"
    assert (await memory.purge(ANA), await memory.purge("nobody")) == (0, 0)


async def test_a_lock_has_one_holder(memory: WorkingMemory) -> None:
    assert await memory.claim("lock", "first", ttl_s=LONG_S)
    assert await memory.claim("lock", "first", ttl_s=LONG_S)
    assert not await memory.claim("lock", "second", ttl_s=LONG_S)
    assert await memory.claim("another", "second", ttl_s=LONG_S)

    await memory.release("lock", "second")
    assert not await memory.claim("lock", "second", ttl_s=LONG_S)
    await memory.release("lock", "first")
    assert await memory.claim("lock", "second", ttl_s=LONG_S)
    await memory.release("lock", "first")
    assert not await memory.claim("lock", "first", ttl_s=LONG_S)


async def test_a_lock_expires_unless_it_is_claimed_again(memory: WorkingMemory) -> None:
    assert await memory.claim("renewed", "first", ttl_s=SHORT_S)
    assert await memory.claim("lock", "first", ttl_s=SHORT_S)
    assert await memory.claim("renewed", "first", ttl_s=LONG_S)
    await becomes(lambda: memory.claim("lock", "second", ttl_s=LONG_S), expected=True)

    assert not await memory.claim("renewed", "second", ttl_s=LONG_S)


async def test_of_many_who_claim_a_lock_one_gets_it(memory: WorkingMemory) -> None:
    claims = [memory.claim("lock", str(number), ttl_s=LONG_S) for number in range(50)]

    assert sorted(await asyncio.gather(*claims)) == [False] * 49 + [True]


async def test_a_lock_is_not_taken_where_something_is_kept(memory: WorkingMemory) -> None:
    await memory.put("kept", b"value", owner=ANA, ttl_s=LONG_S)
    await memory.put("beside", b"", owner=ANA, ttl_s=LONG_S)

    assert await memory.get_or_claim(["kept", "beside", "none"], "first", ttl_s=LONG_S) == Found(
        (b"value", b"", None), is_claimed=False
    )
    assert await memory.claim("kept", "second", ttl_s=LONG_S)
    assert await memory.get_or_claim(["none", "beside"], "first", ttl_s=LONG_S) == Found(
        (None, b""), is_claimed=True
    )
    assert not await memory.claim("none", "second", ttl_s=LONG_S)
    again = [await memory.get_or_claim(["none"], who, ttl_s=LONG_S) for who in ("first", "second")]
    assert [found.is_claimed for found in again] == [True, False]


async def test_of_many_who_look_and_find_nothing_one_gets_the_lock(memory: WorkingMemory) -> None:
    looks = [memory.get_or_claim(["key"], str(number), ttl_s=LONG_S) for number in range(50)]

    assert sum(found.is_claimed for found in await asyncio.gather(*looks)) == 1


async def test_what_was_kept_and_has_expired_is_to_be_made_anew(memory: WorkingMemory) -> None:
    await memory.put("key", b"value", owner=ANA, ttl_s=SHORT_S)

    async def look() -> bool:
        return (await memory.get_or_claim(["key"], "first", ttl_s=LONG_S)).is_claimed

    await becomes(look, expected=True)


async def test_a_holder_who_puts_gives_its_lock_back(memory: WorkingMemory) -> None:
    await memory.claim("key", "first", ttl_s=LONG_S)
    await memory.put("key", b"value", owner=ANA, ttl_s=LONG_S)
    await memory.put("key", b"value", owner=ANA, ttl_s=LONG_S, holder="second")
    assert not await memory.claim("key", "second", ttl_s=LONG_S)
    await memory.put("key", b"newer", owner=ANA, ttl_s=LONG_S, holder="first")
    assert await memory.claim("key", "second", ttl_s=LONG_S)
    assert await memory.get("key") == b"newer"


async def test_the_longer_pause_stands(memory: WorkingMemory) -> None:
    assert await memory.paused_s("anthropic") == 0
    await memory.pause("anthropic", for_s=LONG_S)
    await memory.pause("anthropic", for_s=SHORT_S)
    assert LONG_S - 5 < await memory.paused_s("anthropic") <= LONG_S
    await memory.pause("anthropic", for_s=2 * LONG_S)
    assert LONG_S < await memory.paused_s("anthropic") <= 2 * LONG_S
    assert await memory.paused_s("openai") == 0


async def test_a_pause_ends(memory: WorkingMemory) -> None:
    await memory.pause("anthropic", for_s=SHORT_S)

    assert 0 < await memory.paused_s("anthropic") <= SHORT_S
    await becomes(lambda: memory.paused_s("anthropic"), 0.0)


async def test_nothing_is_spent_where_one_account_has_no_room(memory: WorkingMemory) -> None:
    caps = {"ana": 100, "acme": 150, "all": None}
    assert await memory.spend(caps, 60, ttl_s=LONG_S) == {"ana": 60, "acme": 60, "all": 60}
    assert await memory.spend(caps, 41, ttl_s=LONG_S) is None
    assert await memory.spend(caps, 40, ttl_s=LONG_S) == {"ana": 100, "acme": 100, "all": 100}
    assert await memory.spend({"ben": 100, "acme": 150}, 51, ttl_s=LONG_S) is None

    everything = {"ana": 100, "acme": 100, "all": 100, "ben": 0}
    assert await memory.spent(dict.fromkeys(everything)) == everything
    assert await memory.spent({}) == {}


async def test_giving_back_is_never_refused_and_leaves_nothing_below_0(
    memory: WorkingMemory,
) -> None:
    assert await memory.spend({"ana": None}, 60, ttl_s=LONG_S) == {"ana": 60}
    assert await memory.spend({"ana": 10}, -20, ttl_s=LONG_S) == {"ana": 40}
    assert await memory.spend({"ana": 10}, 0, ttl_s=LONG_S) == {"ana": 40}
    assert await memory.spend({"ana": 10, "ben": 0}, -50, ttl_s=LONG_S) == {"ana": 0, "ben": 0}
    assert await memory.spend({"ana": 10}, 10, ttl_s=LONG_S) == {"ana": 10}


async def test_sums_are_exact_however_large(memory: WorkingMemory) -> None:
    cap = 10**15 + 1
    assert await memory.spend({"ana": cap}, 10**15, ttl_s=LONG_S) == {"ana": 10**15}
    assert await memory.spend({"ana": cap}, 1, ttl_s=LONG_S) == {"ana": cap}
    assert await memory.spend({"ana": cap}, 1, ttl_s=LONG_S) is None
    assert await memory.spent({"ana": None}) == {"ana": cap}


async def test_an_account_is_forgotten_some_time_after_its_first_use(
    memory: WorkingMemory,
) -> None:
    await memory.spend({"ana": None}, 60, ttl_s=SHORT_S)
    await memory.spend({"ana": None}, 60, ttl_s=LONG_S)
    await becomes(lambda: memory.spent({"ana": None}), {"ana": 0})

    assert await memory.spend({"ana": 100}, 100, ttl_s=LONG_S) == {"ana": 100}


async def test_many_who_spend_at_once_never_exceed_a_cap(memory: WorkingMemory) -> None:
    accounts = {"ana": 70, "all": 100}
    spends = [memory.spend(accounts, 10, ttl_s=LONG_S) for _ in range(50)]

    granted = [sums for sums in await asyncio.gather(*spends) if sums]

    assert sorted(sums["ana"] for sums in granted) == [10, 20, 30, 40, 50, 60, 70]
    assert await memory.spent(accounts) == {"ana": 70, "all": 70}


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    spends=st.lists(
        st.tuples(
            st.dictionaries(
                st.sampled_from("abc"), st.none() | st.integers(0, 60), min_size=1, max_size=3
            ),
            st.integers(-30, 60),
        ),
        max_size=12,
    )
)
def test_sums_are_those_of_arithmetic(
    server: RedisServer, tmp_path: Path, spends: list[tuple[dict[str, int | None], int]]
) -> None:
    async def check() -> None:
        prefix = uuid.uuid4().hex
        path = tmp_path / "memory.sqlite"
        for memory in (RedisMemory(server.url), SqliteMemory(path), DictMemory()):
            held = dict.fromkeys((prefix + name for name in "abc"), 0)
            for caps, amount in spends:
                accounts = {prefix + name: cap for name, cap in caps.items()}
                found = await memory.spend(accounts, amount, ttl_s=LONG_S)
                if amount > 0 and any(
                    cap is not None and held[name] + amount > cap for name, cap in accounts.items()
                ):
                    assert found is None
                    continue
                held |= {name: max(0, held[name] + amount) for name in accounts}
                assert found == {name: held[name] for name in accounts}
            assert await memory.spent(dict.fromkeys(held)) == held
            await memory.close()
        path.unlink()

    asyncio.run(check())


async def test_members_are_those_who_said_so_lately(memory: WorkingMemory) -> None:
    assert await memory.present("workers", "first", ttl_s=SHORT_S) == 1
    assert await memory.present("workers", "second", ttl_s=LONG_S) == 2
    assert await memory.present("workers", "second", ttl_s=LONG_S) == 2
    assert await memory.present("others", "first", ttl_s=LONG_S) == 1
    await becomes(lambda: memory.present("workers", "second", ttl_s=LONG_S), 1)


async def test_it_can_be_closed_before_and_after_it_was_used(memory: WorkingMemory) -> None:
    await memory.close()
    await memory.close()


async def test_in_redis_every_key_is_ours_names_nobody_and_expires(server: RedisServer) -> None:
    server.ask("FLUSHALL")
    memory = RedisMemory(server.url)
    await memory.put("key", b"value", owner=ANA, ttl_s=LONG_S)
    await memory.claim("lock", "holder", ttl_s=LONG_S)
    await memory.pause("anthropic", for_s=LONG_S)
    await memory.spend({"a": None, "b": 5}, 1, ttl_s=LONG_S)
    await memory.present("workers", "first", ttl_s=LONG_S)
    await memory.close()

    keys = [key.decode() for key in re.findall(rb"daybook:[^\r]*", server.ask("KEYS", "*"))]
    assert sorted(key.rpartition(":")[0] for key in keys) == sorted(
        f"daybook:{kind}"
        for kind in ("account", "account", "kept", "lock", "owned", "pause", "present")
    )
    assert not any("ana" in key or "acme" in key for key in keys)
    for key in keys:
        assert 0 < int(server.ask("PTTL", key)[1:]) <= LONG_S * 1000
