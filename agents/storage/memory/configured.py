"""Opens the working memory that the settings ask for."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module

from agents.settings import Settings
from agents.storage.memory.sqlite_memory import SqliteMemory
from agents.storage.memory.working_memory import WorkingMemory

FILE = "memory.sqlite"
"""Name of the SQLite file in the state folder, which all workers of a machine share."""


@asynccontextmanager
async def open_memory(settings: Settings) -> AsyncIterator[WorkingMemory]:
    """Give the memory while the context lasts. Nothing is connected to before it is asked."""
    memory: WorkingMemory
    if settings.redis_url:
        redis = import_module("agents.storage.memory.redis_memory")  # takes a while to load
        memory = redis.RedisMemory(settings.redis_url.get_secret_value())
    else:
        memory = SqliteMemory(settings.state_dir / FILE)
    try:
        yield memory
    finally:
        await memory.close()
