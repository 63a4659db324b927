"""Memory in a file: whose it is, and what becomes of one that is damaged, locked or gone."""

import asyncio
import os
import random
import resource
import sqlite3
import stat
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.storage.memory.sqlite_memory import SWEEP_EVERY_S, SqliteMemory
from agents.storage.memory.working_memory import ANSWER_S, MemoryUnavailable

OWNER = "acme/ana"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "memory.sqlite"


@pytest.fixture
async def memory(path: Path) -> AsyncIterator[SqliteMemory]:
    memory = SqliteMemory(path)
    yield memory
    await memory.close()


def aside(path: Path) -> Path:
    return path.with_name(path.name + ".damaged")


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def inode(path: Path) -> int | None:
    """Say which file is there, if any."""
    return path.stat().st_ino if path.exists() else None


def write(path: Path, content: bytes, mode: int = 0o600) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    path.chmod(mode)


def damage(path: Path) -> None:
    """Write nonsense over all of a file that is in use."""
    with path.open("r+b") as file:
        file.write(b"\xff" * path.stat().st_size)
    path.with_name(path.name + "-wal").write_bytes(b"")


def holds(path: Path, content: bytes) -> bool:
    return content in path.read_bytes()


def count_rows(path: Path, *tables: str) -> dict[str, int]:
    file = sqlite3.connect(path)
    counts = {
        table: file.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # noqa: S608 - ours
        for table in tables
    }
    file.close()
    return counts


async def test_nothing_is_made_before_it_is_needed(memory: SqliteMemory, path: Path) -> None:
    assert inode(path.parent) is None
    await memory.get("key")
    assert inode(path) is not None


async def test_only_the_owner_may_read(memory: SqliteMemory, path: Path) -> None:
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)

    files = [path.parent, *path.parent.iterdir()]
    assert len(files) == 5  # the folder, and the file with its lock, WAL and shared memory
    assert [file for file in files if mode(file) & 0o077] == []


async def test_a_file_that_others_could_read_is_closed_to_them(
    memory: SqliteMemory, path: Path
) -> None:
    write(path, b"", mode=0o644)
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)
    assert mode(path) == 0o600


async def test_it_is_kept_over_restarts(memory: SqliteMemory, path: Path) -> None:
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)
    await memory.close()
    again = SqliteMemory(path)
    assert await again.get("key") == b"value"
    await again.close()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\0" + b"\xff" * 5000])
async def test_a_file_that_is_no_database_is_set_aside(
    memory: SqliteMemory, path: Path, content: bytes
) -> None:
    write(path, content)
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)

    assert await memory.get("key") == b"value"
    assert holds(aside(path), content)


@pytest.mark.parametrize(
    "script", ["CREATE TABLE kept (other)", "PRAGMA user_version = 7", "PRAGMA user_version = 1"]
)
async def test_another_programs_database_is_set_aside(
    memory: SqliteMemory, path: Path, script: str
) -> None:
    path.parent.mkdir()
    foreign = sqlite3.connect(path)
    foreign.executescript(script)
    foreign.close()
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)

    assert await memory.get("key") == b"value"
    assert inode(aside(path)) is not None


async def test_a_file_damaged_under_several_workers_is_begun_anew_once(path: Path) -> None:
    memories = [SqliteMemory(path) for _ in range(3)]
    for number, memory in enumerate(memories):
        await memory.put(f"{number}", b"x" * 50_000, owner=OWNER, ttl_s=60)
    damage(path)
    memories.append(SqliteMemory(path))
    await memories[-1].get("key")
    assert inode(aside(path)) is not None

    first = inode(path)
    for number, memory in enumerate(memories):
        await memory.put(f"new-{number}", b"y", owner=OWNER, ttl_s=60)
    for memory in memories:
        assert [await memory.get(f"new-{number}") for number in range(4)] == [b"y"] * 4
    assert inode(path) == first
    for memory in memories[1:]:
        await memory.close()
    assert await memories[0].get("new-0") == b"y"
    await memories[0].close()


async def test_any_damage_ends_as_memory_or_none(tmp_path: Path) -> None:
    """Write nonsense at random places of a file at rest; it is read, or begun anew."""
    chance = random.Random(20261127)
    for number in range(40):
        path = tmp_path / f"{number}.sqlite"
        memory = SqliteMemory(path)
        for key in range(20):
            await memory.put(f"{key}", b"x" * 1000, owner=OWNER, ttl_s=60)
        await memory.spend({"ana": 100}, 10, ttl_s=60)
        await memory.close()
        with path.open("r+b") as file:
            for _ in range(chance.randint(1, 20)):
                file.seek(chance.randrange(path.stat().st_size))
                file.write(chance.randbytes(chance.randint(1, 200)))
        memory = SqliteMemory(path)
        for key in range(20):
            value = await memory.get(f"{key}")
            assert value is None or isinstance(value, bytes)
        await memory.purge(OWNER)
        await memory.spend({"ana": 100}, 10, ttl_s=60)
        await memory.put("key", b"value", owner=OWNER, ttl_s=60)
        assert await memory.get("key") == b"value"
        await memory.close()


async def test_a_file_that_was_deleted_is_begun_anew(memory: SqliteMemory, path: Path) -> None:
    other = SqliteMemory(path)
    for one in (memory, other):
        await one.put("key", b"value", owner=OWNER, ttl_s=60)
    for file in path.parent.iterdir():
        file.unlink()

    assert await memory.get("key") is None
    await memory.put("key", b"new", owner=OWNER, ttl_s=60)
    assert await other.get("key") == b"new"
    await other.put("key", b"newer", owner=OWNER, ttl_s=60)
    await other.close()
    assert await memory.get("key") == b"newer"
    assert inode(aside(path)) is None


async def test_a_place_that_cannot_be_written_is_memory_that_does_not_answer(
    tmp_path: Path,
) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "memory.sqlite", tmp_path):
        memory = SqliteMemory(path)
        with pytest.raises(MemoryUnavailable) as caught:
            await memory.put("key", b"value", owner=OWNER, ttl_s=60)
        assert not caught.value.perhaps_done
        await memory.close()


async def test_a_full_disk_takes_nothing_and_still_gives(memory: SqliteMemory) -> None:
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 18, hard))
    try:
        with pytest.raises(MemoryUnavailable) as caught:
            await memory.put("large", b"x" * (1 << 20), owner=OWNER, ttl_s=60)
        assert not caught.value.perhaps_done
        assert await memory.get("key") == b"value"
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await memory.put("large", b"x" * (1 << 20), owner=OWNER, ttl_s=60)
    assert await memory.get("large") == b"x" * (1 << 20)


async def test_a_lock_that_others_keep_is_waited_for_once(memory: SqliteMemory, path: Path) -> None:
    await memory.put("key", b"value", owner=OWNER, ttl_s=60)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    begin = time.monotonic()
    spends = [memory.spend({"ana": None}, 1, ttl_s=60) for _ in range(5)]
    refused = await asyncio.gather(*spends, return_exceptions=True)
    unclear = [isinstance(error, MemoryUnavailable) and error.perhaps_done for error in refused]
    assert all(isinstance(error, MemoryUnavailable) for error in refused)
    assert not unclear[0]
    assert time.monotonic() - begin < ANSWER_S + 0.5
    begin = time.monotonic()
    with pytest.raises(MemoryUnavailable):
        await memory.get("key")
    assert time.monotonic() - begin < 0.1

    other.execute("ROLLBACK")
    other.close()
    deadline = time.monotonic() + 10
    while True:
        assert time.monotonic() < deadline
        try:
            spent = await memory.spent({"ana": None})
        except MemoryUnavailable:
            await asyncio.sleep(0.05)
        else:
            break
    assert spent["ana"] <= sum(unclear)


async def test_what_has_expired_is_taken_out_in_time(path: Path) -> None:
    now_s = 1_000_000.0
    memory = SqliteMemory(path, now_s=lambda: now_s)
    for key in range(10):
        await memory.put(f"{key}", b"value", owner=OWNER, ttl_s=10)
    await memory.put("long", b"value", owner=OWNER, ttl_s=10_000)
    await memory.claim("lock", "holder", ttl_s=10)
    await memory.spend({"ana": None}, 1, ttl_s=10)
    now_s += SWEEP_EVERY_S + 1
    await memory.pause("anthropic", for_s=1)
    await memory.close()

    counts = count_rows(path, "kept", "locks", "accounts", "pauses")
    assert counts == {"kept": 1, "locks": 0, "accounts": 0, "pauses": 1}


async def test_what_was_purged_is_not_left_in_the_file(memory: SqliteMemory, path: Path) -> None:
    secret = os.urandom(3000)
    await memory.put("key", secret, owner=OWNER, ttl_s=60)
    await memory.purge(OWNER)
    await memory.close()

    assert not holds(path, secret[1000:1100])
