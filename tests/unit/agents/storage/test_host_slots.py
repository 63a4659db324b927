import asyncio

from agents.storage.host_slots import HostSlotsState
from tests.support.waiting import until


async def test_a_host_is_asked_so_often_at_once_and_others_meanwhile() -> None:
    slots, running, go = HostSlotsState(2), list[str](), asyncio.Event()

    async def fetch(host: str) -> None:
        async with slots.one_of(host):
            running.append(host)
            await go.wait()

    tasks = [asyncio.create_task(fetch(host)) for host in ["slow"] * 5 + ["other"]]
    await until(lambda: len(running) == 3)
    assert sorted(running) == ["other", "slow", "slow"]
    go.set()
    await asyncio.gather(*tasks)
    assert len(running) == 6


async def test_a_host_that_nobody_asks_is_forgotten() -> None:
    slots = HostSlotsState(1)
    async with slots.one_of("host"):
        assert slots._slots.keys() == {"host"}
    assert (dict(slots._slots), dict(slots._users)) == ({}, {})
