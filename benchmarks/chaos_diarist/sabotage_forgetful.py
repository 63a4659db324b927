"""`daybook worker diarist` that does not note in working memory that a call begins.

A negative control: the calls of killed workers are then in no entry, and the checker has to find
that out.
"""

from typing import Any

from agents.cli.main import main
from agents.diarist.llm.reply_cache import Turn


async def _nothing(self: Any) -> None:
    del self


if __name__ == "__main__":
    Turn.begin = _nothing  # type: ignore[method-assign]  # the point
    main()
