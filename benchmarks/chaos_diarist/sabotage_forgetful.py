"""`daybook worker diarist` that does not note in working memory which calls it makes.

A negative control: the calls of killed workers are then in no entry, and the checker has to find
that out.
"""

from typing import Any

from agents.cli.main import main
from agents.diarist.llm.reply_cache import Turn


async def _nothing(self: Any, calls: Any) -> None:
    del self, calls


if __name__ == "__main__":
    Turn.note = _nothing  # type: ignore[method-assign]  # the point
    main()
