"""What asyncio expects to be done with a future that nobody waits for any more."""

import asyncio
from typing import Any


def look_at_error(future: "asyncio.Future[Any]") -> None:
    """Look at what ended *future*, a done one: asyncio logs the errors that nobody looked at."""
    if not future.cancelled():
        future.exception()
