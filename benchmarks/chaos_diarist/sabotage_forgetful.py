"""`daybook worker diarist` that does not remember which calls a killed worker made.

A negative control: such calls are in no entry, and the checker has to find that out.
"""

from typing import Any

from agents.cli.main import main
from agents.diarist.llm.reply_cache import ReplyCache


async def _never(self: Any, key: str) -> bool:
    del self, key
    return False


if __name__ == "__main__":
    ReplyCache.was_lost = _never  # type: ignore[method-assign]  # the point
    main()
