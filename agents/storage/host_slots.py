"""Bounds how much is asked of one host at the same time, under whatever names it is asked."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from ipaddress import IPv6Address, IPv6Network

from agents.storage.public_address import parse_address

Seconds = Callable[[float], None]
"""Takes a number of seconds."""

PASSED_MAX = 8
"""How often others may be served before somebody who waits for one of the same places."""

_ONE_HOST_IPV6 = 64
"""Bits of an IPv6 address that tell hosts apart: the others are one host's own to choose."""


def places_of(host: str, addresses: Iterable[str]) -> frozenset[str]:
    """Return what *host* is counted by: its name, and each of its *addresses*."""
    return frozenset((host.lower().removesuffix("."), *map(_place, addresses)))


def _place(text: str) -> str:
    address = parse_address(text)
    if not isinstance(address, IPv6Address):
        return text
    return str(IPv6Network((int(address), _ONE_HOST_IPV6), strict=False))


@dataclass(slots=True, kw_only=True, eq=False)
class _Waiting:
    """Somebody who needs a slot at each of *places*."""

    places: frozenset[str]
    put_off: Seconds
    served: asyncio.Future[None]
    passed: int = 0
    """How often somebody who came later was served before."""


class HostSlotsState:
    """Gives out *limit* slots at each place; who comes first is served first.

    Whoever needs slots at several places takes them together, or none, and so keeps nobody from
    one place while another is full; only who was passed often has all of its places kept for it.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._taken: Counter[str] = Counter()
        self._queue: list[_Waiting] = []

    @asynccontextmanager
    async def one_at_each(self, places: frozenset[str], put_off: Seconds) -> AsyncIterator[Seconds]:
        """Hold a slot at each of *places*, once all have one.

        Yields what the holder tells how many seconds the bytes that came to it are worth. Those who
        wait for one of the same places hear it by their *put_off*: their host is at work.
        """
        served = asyncio.get_running_loop().create_future()
        waiting = _Waiting(places=places, put_off=put_off, served=served)
        self._queue.append(waiting)
        self._serve()
        try:
            await served
            yield partial(self._tell, places)
        finally:
            if waiting in self._queue:
                self._queue.remove(waiting)
            else:
                self._taken -= Counter(places)  # drops those that nobody holds any more
            self._serve()

    def _serve(self) -> None:
        ahead: list[_Waiting] = []
        for waiting in list(self._queue):
            rivals = [one for one in ahead if not one.places.isdisjoint(waiting.places)]
            kept = any(one.passed >= PASSED_MAX for one in rivals)
            free = all(self._taken[place] < self._limit for place in waiting.places)
            if kept or not free:
                ahead.append(waiting)
            else:
                for rival in rivals:
                    rival.passed += 1
                self._queue.remove(waiting)
                self._taken.update(waiting.places)
                if not waiting.served.done():  # else it is cancelled, and gives them back
                    waiting.served.set_result(None)

    def _tell(self, places: frozenset[str], seconds: float) -> None:
        for waiting in self._queue:
            if not places.isdisjoint(waiting.places):
                waiting.put_off(seconds)
