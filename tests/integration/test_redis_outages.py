"""What becomes of working memory while its Redis is away, frozen, full, or another server."""

import asyncio
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, closing, suppress
from pathlib import Path

import pytest
import structlog
from structlog.testing import capture_logs

from agents.storage.memory.redis_memory import RedisMemory
from agents.storage.memory.working_memory import ANSWER_S, MemoryUnavailable, WorkingMemory
from tests.support.certificates import server_and_client
from tests.support.redis_server import RedisServer, free_port, redis_server

OWNER = "acme/ana"
SLACK_S = 0.8
"""What a loaded machine may add to any time."""


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path / "redis") as server:
        yield server


@asynccontextmanager
async def remembering(url: str) -> AsyncIterator[RedisMemory]:
    memory = RedisMemory(url)
    try:
        yield memory
    finally:
        await memory.close()


def operations(memory: WorkingMemory) -> list[Callable[[], Awaitable[object]]]:
    return [
        lambda: memory.get("key"),
        lambda: memory.get_or_claim(["key", "beside"], "holder", ttl_s=60),
        lambda: memory.put("key", b"value", owner=OWNER, ttl_s=60, holder="holder"),
        lambda: memory.purge(OWNER),
        lambda: memory.claim("lock", "holder", ttl_s=60),
        lambda: memory.release("lock", "holder"),
        lambda: memory.pause("anthropic", for_s=60),
        lambda: memory.paused_s("anthropic"),
        lambda: memory.spend({"ana": None}, 1, ttl_s=60),
        lambda: memory.spent({"ana": None}),
        lambda: memory.present("workers", "first", ttl_s=60),
    ]


async def refusal(operation: Callable[[], Awaitable[object]]) -> MemoryUnavailable:
    with pytest.raises(MemoryUnavailable) as caught:
        await operation()
    return caught.value


async def back(memory: WorkingMemory) -> None:
    """Wait until it answers."""
    deadline = time.monotonic() + 20
    while True:
        try:
            await memory.get("key")
        except MemoryUnavailable:
            assert time.monotonic() < deadline, "it does not come back"
            await asyncio.sleep(0.05)
        else:
            return


async def test_nothing_is_connected_to_before_it_is_asked() -> None:
    async with remembering("redis://127.0.0.1:1/0"):
        pass


async def test_every_operation_says_that_a_server_is_gone(server: RedisServer) -> None:
    server.kill()
    for number in range(10):
        async with remembering(server.url) as memory:
            assert "Redis" in str(await refusal(operations(memory)[number]))


async def test_one_that_did_not_answer_is_asked_again_a_second_later(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.get("key")
        server.kill()
        await refusal(lambda: memory.get("key"))
        begin = time.monotonic()
        for operation in operations(memory):
            assert not (await refusal(operation)).perhaps_done
        assert time.monotonic() - begin < SLACK_S

        server.start()
        await back(memory)
        assert time.monotonic() - begin < 1 + 20


async def test_it_comes_back_by_itself_with_all_that_was_answered(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        granted = 0
        for _ in range(3):
            spends = [memory.spend({"ana": None}, 1, ttl_s=60) for _ in range(40)]
            answers = await asyncio.gather(*spends, return_exceptions=True)
            granted += sum(isinstance(answer, dict) for answer in answers)
            server.kill()
            await refusal(lambda: memory.get("key"))
            server.start()
            await back(memory)
        assert granted <= (await memory.spent({"ana": None}))["ana"] <= 120
        assert granted > 0


async def test_a_restart_while_it_rests_is_not_even_noticed(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await asyncio.gather(*(memory.spend({"ana": None}, 1, ttl_s=60) for _ in range(10)))
        server.kill()
        await asyncio.to_thread(server.start)
        assert await memory.spend({"ana": None}, 1, ttl_s=60) == {"ana": 11}


async def test_scripts_that_were_forgotten_are_loaded_again(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        for operation in operations(memory):
            await operation()
            server.ask("SCRIPT", "FLUSH")
            await operation()


async def test_a_frozen_server_costs_a_second_once(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.get("key")
        server.freeze()
        begin = time.monotonic()
        refused = await asyncio.gather(*(refusal(ask) for ask in operations(memory)))
        assert all(error.perhaps_done for error in refused)
        assert ANSWER_S - 0.1 < time.monotonic() - begin < ANSWER_S + SLACK_S
        begin = time.monotonic()
        for operation in operations(memory):
            assert not (await refusal(operation)).perhaps_done
        assert time.monotonic() - begin < SLACK_S

        server.thaw()
        await back(memory)


async def test_nobody_gets_an_answer_that_another_did_not_wait_for(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        for number in range(20):
            await memory.put(f"{number}", b"%d" % number, owner=OWNER, ttl_s=60)
        for _ in range(10):
            asking = [asyncio.create_task(memory.get(f"{number}")) for number in range(20)]
            await asyncio.sleep(0)
            for task in asking[::2]:
                task.cancel()
            await asyncio.gather(*asking, return_exceptions=True)
            got = await asyncio.gather(*(memory.get(f"{number}") for number in range(20)))
            assert got == [b"%d" % number for number in range(20)]
        server.freeze()
        await asyncio.gather(*(refusal(lambda: memory.get("1")) for _ in range(20)))
        server.thaw()
        await back(memory)
        got = await asyncio.gather(*(memory.get(f"{number}") for number in range(20)))
        assert got == [b"%d" % number for number in range(20)]


async def test_a_full_server_takes_nothing_and_still_gives(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.put("key", b"value", owner=OWNER, ttl_s=60)
        server.ask("CONFIG", "SET", "maxmemory", "1")
        refused = await refusal(lambda: memory.put("other", b"x", owner=OWNER, ttl_s=60))
        assert not refused.perhaps_done
        await refusal(lambda: memory.spend({"ana": None}, 1, ttl_s=60))
        assert await memory.get("key") == b"value"
        assert await memory.spent({"ana": None}) == {"ana": 0}


async def test_a_replica_takes_nothing_and_may_become_the_master(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.put("key", b"value", owner=OWNER, ttl_s=60)
        server.ask("REPLICAOF", "127.0.0.1", "1")
        assert not (await refusal(lambda: memory.spend({"a": 9}, 1, ttl_s=60))).perhaps_done
        assert await memory.get("key") == b"value"
        server.ask("REPLICAOF", "NO", "ONE")
        assert await memory.spend({"a": 9}, 1, ttl_s=60) == {"a": 1}


async def test_a_server_that_still_loads_its_file_is_waited_for(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.spend({"ana": None}, 7, ttl_s=600)
        server.ask("EVAL", "for i = 1, 25000 do redis.call('SET', 'filler' .. i, i) end", "0")
        server.kill()
        server.launch("--key-load-delay", "100")  # microseconds for each key
        deadline = time.monotonic() + 20
        said = ""
        while "loading" not in said.lower():
            assert time.monotonic() < deadline, said
            said = str(await refusal(lambda: memory.get("key")))
            await asyncio.sleep(0.05)
        await back(memory)
        assert await memory.spent({"ana": None}) == {"ana": 7}


async def test_a_password_works_and_is_never_said(server: RedisServer) -> None:
    server.ask("CONFIG", "SET", "requirepass", "p@ss/word")
    address = f"127.0.0.1:{server.port}/0"
    async with remembering(f"redis://:p%40ss%2Fword@{address}") as memory:
        await memory.put("key", b"value", owner=OWNER, ttl_s=60)
    for url in (f"redis://:wr0ng@{address}", f"redis://{address}"):
        with capture_logs() as logs:
            structlog.get_logger().info("memory_under_test")
            async with remembering(url) as memory:
                said = [str(await refusal(ask)) for ask in operations(memory)]
        assert "wr0ng" not in f"{said}{logs}"
        assert [entry["event"] for entry in logs] == ["memory_under_test", "memory_unavailable"]


async def test_tls_is_spoken_and_the_server_has_to_be_the_one_it_says(tmp_path: Path) -> None:
    server_and_client("localhost", tmp_path)
    pem = str(tmp_path / "server.pem")
    files = ("--tls-cert-file", pem, "--tls-key-file", pem, "--tls-ca-cert-file", pem)
    port = free_port()
    options = ("--tls-port", str(port), "--tls-auth-clients", "no", *files)
    with redis_server(tmp_path / "redis", *options):
        async with remembering(f"rediss://localhost:{port}/0?ssl_ca_certs={pem}") as memory:
            assert await memory.spend({"ana": 9}, 1, ttl_s=60) == {"ana": 1}
        for stranger in (f"localhost:{port}/0", f"127.0.0.1:{port}/0?ssl_ca_certs={pem}"):
            async with remembering(f"rediss://{stranger}") as memory:
                operation = operations(memory)[0]
                assert "certificate verify failed" in str(await refusal(operation))


def test_where_redis_is_missing_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(pytest.fail.Exception, match="apt-get install"):
        RedisServer(tmp_path).start()


@asynccontextmanager
async def saying(nonsense: bytes) -> AsyncIterator[str]:
    """Run a server that says the same whatever it is asked; give its address."""
    talks: set[asyncio.Task[None]] = set()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with closing(writer), suppress(ConnectionError):
            while await reader.read(1 << 16):
                writer.write(nonsense)

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks.add(asyncio.create_task(talk(reader, writer)))

    server = await asyncio.start_server(accept, "127.0.0.1", 0)
    async with server:
        yield f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    # The clients are gone. A connection that outlives its loop is an error of whatever test
    # comes next.
    await asyncio.gather(*talks)


@pytest.mark.parametrize(
    "nonsense",
    [
        b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n",
        b"\xff" * 64,
        b"+OK\r\n" * 9,
        b":7\r\n" * 9,
        b"*2\r\n+OK\r\n$-1\r\n" * 9,
        b"$-1\r\n" * 9,
        b"*2\r\n",
        b"$9999999999\r\n",
        b"\r\n",
        b"-",
        b"",
    ],
)
async def test_what_is_no_redis_gives_nothing_or_memory_that_does_not_answer(
    nonsense: bytes,
) -> None:
    async def ask(url: str, number: int) -> None:
        async with remembering(url) as memory:
            for operation in (operations(memory)[number], operations(memory)[number - 1]):
                with suppress(MemoryUnavailable):
                    await operation()

    async with saying(nonsense) as url, asyncio.timeout(20):
        await asyncio.gather(*(ask(url, number) for number in range(10)))


async def test_values_of_another_program_under_our_keys_are_refused(server: RedisServer) -> None:
    server.ask("LPUSH", "daybook:kept:key", "x")
    server.ask("SET", "daybook:account:ana", "a lot")
    server.ask("SET", "daybook:account:ben", "5")
    async with remembering(server.url) as memory:
        await refusal(lambda: memory.get("key"))
        await refusal(lambda: memory.spend({"ben": None, "ana": None}, 1, ttl_s=60))
        assert await memory.spent({"ben": None}) == {"ben": 5}


async def test_whoever_is_cancelled_as_a_command_is_sent_is_cancelled(server: RedisServer) -> None:
    async with remembering(server.url) as memory:
        await memory.get("key")

        async def renew() -> None:
            while True:
                await asyncio.sleep(0)
                await memory.claim("lock", "holder", ttl_s=60)

        async def renew_and_end() -> int:
            ran_on = 0
            for _ in range(40):
                renewing = asyncio.create_task(renew())
                await asyncio.sleep(random.uniform(0, 0.01))
                renewing.cancel()
                _, running = await asyncio.wait((renewing,), timeout=5)
                ran_on += len(running)
                renewing.cancel()
            return ran_on

        ran_on = await asyncio.gather(*(renew_and_end() for _ in range(16)))
        assert sum(ran_on) == 0
