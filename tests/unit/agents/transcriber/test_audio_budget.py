import asyncio
from collections.abc import Callable
from typing import TypeAlias

import numpy as np
import pytest
from prometheus_client import REGISTRY

from agents.errors import EngineFailed
from agents.transcriber.audio_budget import (
    NO_AUDIO,
    AudioAmount,
    AudioBudgetState,
    AudioShareState,
)
from agents.transcriber.samples import SAMPLE_RATE_HZ
from tests.support.waiting import until

MUCH_BYTES = 1 << 30

Text: TypeAlias = "asyncio.Future[str]"


def sound(seconds: float) -> AudioAmount:
    return AudioAmount.of(np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32))


def a_budget(max_s: float = 10.0, max_bytes: int = MUCH_BYTES) -> AudioBudgetState:
    return AudioBudgetState(max_s=max_s, max_bytes=max_bytes)


async def a_holder(budget: AudioBudgetState, seconds: float) -> AudioShareState:
    share = AudioShareState()
    await budget.take(share, sound(seconds))
    return share


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


def test_an_amount_counts_samples_and_their_bytes() -> None:
    assert sound(2) == AudioAmount(samples=32_000, size_bytes=128_000)


async def test_a_recording_holds_at_most_half() -> None:
    budget = a_budget()
    share = await a_holder(budget, 3)

    assert budget.fits(share, sound(2))
    assert not budget.fits(share, sound(2.01))
    assert budget.fits(AudioShareState(), sound(7))


async def test_what_is_held_is_told_as_metrics() -> None:
    budget = a_budget()
    share = await a_holder(budget, 3)
    assert REGISTRY.get_sample_value("daybook_audio_held_seconds") == 3
    assert REGISTRY.get_sample_value("daybook_audio_held_bytes") == sound(3).size_bytes
    budget.give(share, sound(3))
    assert REGISTRY.get_sample_value("daybook_audio_held_seconds") == 0


async def test_bytes_count_as_seconds_do() -> None:
    budget = a_budget(max_s=1e6, max_bytes=sound(10).size_bytes)
    share = await a_holder(budget, 3)

    assert budget.fits(share, sound(2))
    assert not budget.fits(share, sound(2.01))
    assert not budget.fits(AudioShareState(), sound(7.01))


async def test_one_chunk_may_be_more_than_half_but_not_more_than_there_is() -> None:
    budget = a_budget()
    await a_holder(budget, 7)

    assert budget.fits(AudioShareState(), sound(3))
    assert not budget.fits(AudioShareState(), sound(4))


async def test_what_is_larger_than_the_bound_goes_alone() -> None:
    budget = a_budget(max_s=1)
    small = await a_holder(budget, 0.1)
    large = asyncio.create_task(a_holder(budget, 30))
    await turns()
    assert not large.done()

    budget.give(small, sound(0.1))

    assert (await large).held == budget.held == sound(30)
    assert not budget.fits(AudioShareState(), sound(0.1))


async def test_who_came_first_is_served_first_though_a_later_one_would_fit() -> None:
    budget, served = a_budget(), list[str]()
    first = await a_holder(budget, 8)

    async def wait(name: str, seconds: float) -> None:
        await a_holder(budget, seconds)
        served.append(name)

    waiting = [asyncio.create_task(wait("large", 9)), asyncio.create_task(wait("small", 1))]
    await turns()
    assert served == []
    assert not budget.fits(AudioShareState(), sound(1))

    budget.give(first, sound(8))
    await asyncio.gather(*waiting)
    assert served == ["large", "small"]


async def test_who_gives_up_waiting_makes_way_for_the_next() -> None:
    budget = a_budget()
    await a_holder(budget, 8)
    large = asyncio.create_task(a_holder(budget, 9))
    small = asyncio.create_task(a_holder(budget, 1))
    await turns()

    large.cancel()

    assert (await small).held == sound(1)
    assert budget.held == sound(9)


async def test_who_is_given_up_in_its_turn_gives_back() -> None:
    budget = a_budget()
    first = await a_holder(budget, 8)
    waiting = asyncio.create_task(a_holder(budget, 9))
    await turns()

    budget.give(first, sound(8))
    waiting.cancel()

    with pytest.raises(asyncio.CancelledError):
        await waiting
    assert budget.held == NO_AUDIO


@pytest.mark.parametrize(
    "end",
    [
        lambda text: text.set_result("said"),
        lambda text: text.set_exception(EngineFailed("why")),
        lambda text: text.cancel(),
    ],
    ids=["there", "failed", "given up"],
)
async def test_a_text_gives_back_however_it_ends(end: Callable[[Text], None]) -> None:
    budget = a_budget()
    share = await a_holder(budget, 2)
    text: Text = asyncio.get_running_loop().create_future()
    budget.give_after(text, share, sound(2))

    end(text)

    await until(lambda: budget.held == share.held == NO_AUDIO)
