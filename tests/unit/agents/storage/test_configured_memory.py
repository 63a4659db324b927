"""Which working memory the settings ask for."""

from pathlib import Path

import pytest

from agents.settings import load_settings
from agents.storage.memory.configured import open_memory
from agents.storage.memory.redis_memory import RedisMemory
from agents.storage.memory.sqlite_memory import SqliteMemory
from agents.storage.memory.working_memory import MemoryUnavailable


async def test_without_redis_the_workers_of_a_machine_share_a_file(tmp_path: Path) -> None:
    settings = load_settings(state_dir=tmp_path)
    async with open_memory(settings) as memory, open_memory(settings) as of_another_worker:
        assert isinstance(memory, SqliteMemory)
        await memory.put("key", b"value", owner="acme/ana", ttl_s=60)
        assert await of_another_worker.get("key") == b"value"
    assert (tmp_path / "memory.sqlite").stat().st_size > 0


async def test_a_redis_that_is_down_is_met_when_it_is_asked(tmp_path: Path) -> None:
    settings = load_settings(state_dir=tmp_path, redis_url="redis://127.0.0.1:1")
    async with open_memory(settings) as memory:
        assert isinstance(memory, RedisMemory)
        with pytest.raises(MemoryUnavailable):
            await memory.get("key")
