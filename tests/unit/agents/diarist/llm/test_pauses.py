"""Pauses that a provider asked for, with and without a memory that workers share."""

import pytest

from agents.diarist.llm.pauses import LOOK_EVERY_S, OwnPauses, SharedPauses
from agents.storage.memory.working_memory import MemoryUnavailable
from tests.support.clock import MockedClock


class Memory(OwnPauses):
    """What workers share, unless it is away."""

    away = False

    async def pause(self, name: str, *, for_s: float) -> None:
        if self.away:
            raise MemoryUnavailable("away", perhaps_done=False)
        await super().pause(name, for_s=for_s)

    async def paused_s(self, name: str) -> float:
        if self.away:
            raise MemoryUnavailable("away", perhaps_done=False)
        return await super().paused_s(name)


@pytest.fixture
def clock() -> MockedClock:
    return MockedClock()


async def test_a_pause_ends_and_a_longer_one_stands(clock: MockedClock) -> None:
    pauses = OwnPauses(clock)
    await pauses.pause("m", for_s=10)
    await pauses.pause("m", for_s=4)
    assert (await pauses.paused_s("m"), await pauses.paused_s("other")) == (10, 0)
    clock.advance(7)
    assert await pauses.paused_s("m") == 3
    clock.advance(7)
    assert await pauses.paused_s("m") == 0


async def test_workers_share_their_pauses(clock: MockedClock) -> None:
    memory = Memory(clock)
    first, second = (SharedPauses(OwnPauses(clock), memory, clock) for _ in range(2))
    await first.pause("m", for_s=10)
    assert await second.paused_s("m") == 10


async def test_what_another_worker_was_told_is_looked_at_now_and_then(clock: MockedClock) -> None:
    memory = Memory(clock)
    first, second = (SharedPauses(OwnPauses(clock), memory, clock) for _ in range(2))
    assert await second.paused_s("m") == 0
    await first.pause("m", for_s=10)
    assert (await first.paused_s("m"), await second.paused_s("m")) == (10, 0)
    clock.advance(LOOK_EVERY_S)
    assert await second.paused_s("m") == 10 - LOOK_EVERY_S


async def test_a_worker_keeps_its_own_pauses_without_the_memory(clock: MockedClock) -> None:
    memory = Memory(clock)
    pauses = SharedPauses(OwnPauses(clock), memory, clock)
    await pauses.pause("before", for_s=10)
    memory.away = True
    await pauses.pause("since", for_s=20)
    assert (await pauses.paused_s("before"), await pauses.paused_s("since")) == (10, 20)
    memory.away = False
    assert (await pauses.paused_s("before"), await pauses.paused_s("since")) == (10, 20)
