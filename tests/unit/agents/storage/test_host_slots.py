import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from agents.storage.host_slots import HostSlotsState, places_of


class Fetches:
    """Fetches that hold their slots until they are told to go."""

    def __init__(self, limit: int) -> None:
        self.slots = HostSlotsState(limit)
        self.running: list[str] = []
        self.given: list[tuple[str, float]] = []
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self._go: dict[str, asyncio.Event] = {}

    async def begin(self, name: str, *places: str) -> None:
        """Begin the fetch *name*; give it, and those before it, their chance."""
        self._go[name] = asyncio.Event()
        self.tasks[name] = asyncio.create_task(self._fetch(name, frozenset(places)))
        await settled()

    async def end(self, name: str) -> None:
        self._go[name].set()
        await self.tasks[name]
        await settled()

    async def cancel(self, name: str) -> None:
        self.tasks[name].cancel()
        with suppress(asyncio.CancelledError):
            await self.tasks[name]

    async def _fetch(self, name: str, places: frozenset[str]) -> None:
        def put_off(seconds: float) -> None:
            self.given.append((name, seconds))

        async with self.slots.one_at_each(places, put_off) as tell_others:
            self.running.append(name)
            tell_others(3.0)
            await self._go[name].wait()
        self.running.remove(name)


async def settled() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


@pytest.fixture
async def two() -> AsyncIterator[Fetches]:
    fetches = Fetches(2)
    yield fetches
    for name in fetches.tasks:
        await fetches.cancel(name)


async def test_a_host_is_asked_so_often_at_once_in_turn_and_others_meanwhile(two: Fetches) -> None:
    for name in "abcd":
        await two.begin(name, "slow")
    await two.begin("e", "other")
    assert two.running == ["a", "b", "e"]
    await two.end("b")
    assert two.running == ["a", "e", "c"]
    await two.end("a")
    assert two.running == ["e", "c", "d"]


async def test_whoever_waits_for_one_place_keeps_nobody_from_another(two: Fetches) -> None:
    for name in "ab":
        await two.begin(name, "full")
    for name in "cde":
        await two.begin(name, "full", "free")
    await two.begin("f", "free")
    assert two.running == ["a", "b", "f"]
    await two.end("a")
    assert two.running == ["b", "f", "c"]


async def test_whoever_waits_for_two_busy_places_has_a_turn(two: Fetches) -> None:
    for place in "ab":
        for number in "12":
            await two.begin(place + number, place)
    await two.begin("both", "a", "b")
    ended = 0
    while "both" not in two.running:  # each who goes is followed by another at the same place
        ended += 1
        assert ended <= 40
        place = "ab"[ended % 2]
        await two.begin(f"{place} after {ended}", place)
        await two.end(next(name for name in two.running if name.startswith(place)))


async def test_who_gives_up_waiting_or_is_cancelled_leaves_no_slot_behind(two: Fetches) -> None:
    for name in "abcd":
        await two.begin(name, "host")
    await two.cancel("c")
    two.tasks["a"].cancel()
    await asyncio.sleep(0)
    assert two.slots._queue == []  # d is served, and cancelled before it hears of it
    await two.cancel("d")
    assert "d" not in two.running
    await two.cancel("b")
    await two.begin("e", "host")
    await two.begin("f", "host")
    assert two.running[-2:] == ["e", "f"]


async def test_those_who_wait_for_a_host_hear_that_it_gives(two: Fetches) -> None:
    for name in "abc":
        await two.begin(name, "host", "its address")
    await two.begin("d", "another name", "its address")
    await two.begin("e", "another host")
    assert two.given == []
    await two.end("a")
    assert two.given == [("d", 3.0)]


async def test_a_host_that_nobody_asks_is_forgotten(two: Fetches) -> None:
    await two.begin("a", "host", "address")
    assert two.slots._taken == {"host": 1, "address": 1}
    await two.end("a")
    assert (two.slots._taken, two.slots._queue) == ({}, [])


@pytest.mark.parametrize(
    ("host", "addresses", "places"),
    [
        ("Memos.Example.", ["192.0.2.1", "192.0.2.2"], "memos.example 192.0.2.1 192.0.2.2"),
        ("192.0.2.1", ["192.0.2.1"], "192.0.2.1"),
        ("a", ["2001:db8::1", "2001:db8::ffff:1"], "a 2001:db8::/64"),
        ("a", ["2001:db8:0:1::1"], "a 2001:db8:0:1::/64"),
        ("::1", ["::1"], "::1 ::/64"),
        ("a", ["fe80::1%lo"], "a fe80::/64"),
    ],
)
def test_a_host_is_counted_by_name_and_address(
    host: str, addresses: list[str], places: str
) -> None:
    assert places_of(host, addresses) == set(places.split())
