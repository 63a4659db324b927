"""Spends from shared memory until it is refused, as one worker of several.

Run as `python -m tests.support.spender MEMORY CAP AMOUNT`; MEMORY is a Redis URL or a path. Says
each thing that it is sure of in a line of its own, so that a kill loses nothing that it has said:
`granted`, `unclear`, `away`, `wrong`, and `refused` at its end.
"""

import asyncio
import os
import sys
from pathlib import Path

from agents.storage.memory.redis_memory import RedisMemory
from agents.storage.memory.sqlite_memory import SqliteMemory
from agents.storage.memory.working_memory import MemoryUnavailable, WorkingMemory

ACCOUNT = "everybody"
TTL_S = 600.0


def say(word: str) -> None:
    os.write(1, word.encode() + b"\n")


async def spend_all(memory: WorkingMemory, cap: int, amount: int) -> None:
    """Spend, and keep something beside it, until there is no room left."""
    me = str(os.getpid())
    number = 0
    while True:
        number += 1
        try:
            if await memory.spend({ACCOUNT: cap}, amount, ttl_s=TTL_S) is None:
                break
            say("granted")
            await memory.put(f"{me}-{number}", b"%d" % number, owner=me, ttl_s=TTL_S)
            if await memory.get(f"{me}-{number}") != b"%d" % number:
                say("wrong")
        except MemoryUnavailable as error:
            say("unclear" if error.perhaps_done else "away")
            await asyncio.sleep(0.02)
    say("refused")


async def main(where: str, cap: int, amount: int) -> None:
    memory: WorkingMemory = RedisMemory(where) if "://" in where else SqliteMemory(Path(where))
    await asyncio.gather(*(spend_all(memory, cap, amount) for _ in range(4)))
    await memory.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
