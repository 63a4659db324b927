"""Begins a call of a language model and never ends it: `python -m tests.support.lock_holder FILE`.

Says `mine` once it is the one that makes the call for the key `key`.
"""

import asyncio
import sys
from pathlib import Path

from agents.delivery.clock import SystemClock
from agents.diarist.llm.reply_cache import ReplyCache
from agents.storage.memory.sqlite_memory import SqliteMemory


async def main(path: Path) -> None:
    memory = SqliteMemory(path)
    cache = ReplyCache(memory, ttl_s=60, salt=b"", clock=SystemClock())
    async with cache.once("key", owner="acme/ana", wait_s=60) as turn:
        assert turn.kept is None
        sys.stdout.write("mine\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1])))
