"""Closing aiokafka's consumers while brokers are away."""

import asyncio
from collections.abc import Awaitable
from typing import Any


async def closed(closing: Awaitable[Any], consumer: Any) -> None:
    """Await *closing*, which stops *consumer*.

    While brokers are away aiokafka ends that with the cancellation of its own fetches, after it has
    left the group: nobody has cancelled us, and the connections are still to be closed.
    """
    try:
        await closing
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        await consumer._client.close()  # noqa: SLF001 - what was left to do
