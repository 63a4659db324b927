"""Keeps work on long texts off the loop, which has heartbeats and other entries to see to."""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from schemas import Segment

T = TypeVar("T")

LONG_CHARACTERS = 20_000
"""Text this long is worked on in a thread: about 50 ms of checks, 20 minutes of speech."""


async def computed(work: Callable[[], T], segments: Iterable[Segment], beside: str = "") -> T:
    """Return what *work*, which goes through all of *segments* and *beside*, returns or raises."""
    if sum(len(segment.text) for segment in segments) + len(beside) < LONG_CHARACTERS:
        return work()
    return await asyncio.to_thread(work)
