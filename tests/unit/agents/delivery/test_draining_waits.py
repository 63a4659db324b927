"""What waits for a dependency is left at once by a drain; what runs has its time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import date

from agents.delivery.clock import SystemClock
from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.fold_delivery import FoldDelivery
from agents.delivery.holds import HoldPolicy
from agents.delivery.record import Record
from agents.delivery.stage import Job
from agents.errors import DependencyUnavailable
from schemas import AudioReceived, DiaryReady, Event
from tests.support.builders import a_diary, an_audio_received
from tests.support.clock import MockedClock
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record_of
from tests.support.waiting import until
from tests.support.work import Bench

GRACE_S = 60.0
"""Far longer than a test may take: whoever waits for its end fails."""


class Step:
    """Works on what is named "works" once its gate is open; everything else waits for a store."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self.gate = asyncio.Event()
        self.gate_of_store = asyncio.Event()
        self.gate_of_store.set()

    async def __call__(self, event: AudioReceived, _job: Job) -> Sequence[Event]:
        self.began.append(event.recording_id)
        if event.recording_id == "works":
            await self.gate.wait()
            return ()
        await self.gate_of_store.wait()
        raise DependencyUnavailable("store")


@asynccontextmanager
async def delivering(
    step: Step, publisher: RecordingPublisher, *names: str
) -> AsyncIterator[tuple[UnorderedDelivery[AudioReceived], Bench[AudioReceived]]]:
    bench = Bench(event_type=AudioReceived, clock=MockedClock(held=True))
    delivery = UnorderedDelivery(bench.work(), step, publisher)
    for offset, name in enumerate(names):
        await delivery.admit()
        delivery.deliver(a_record_of(an_audio_received(recording_id=name), offset))
    await until(lambda: len(step.began) == len(names))
    yield delivery, bench
    delivery.in_flight.failed.cancel()


async def test_what_waits_is_left_at_once_and_counted() -> None:
    async with delivering(Step(), RecordingPublisher(), "waits", "too") as (delivery, bench):
        await until(lambda: bench.clock.slept == [1.0, 1.0])
        assert await asyncio.wait_for(delivery.drain(GRACE_S), 5) == 2
        assert (len(delivery.in_flight), bench.health.facts()["waiting_for"]) == (0, [])


async def test_what_runs_is_finished_beside_what_waits() -> None:
    step, publisher = Step(), RecordingPublisher()
    async with delivering(step, publisher, "waits", "works") as (delivery, bench):
        await until(lambda: bench.clock.slept)
        draining = asyncio.ensure_future(delivery.drain(GRACE_S))
        await until(lambda: len(delivery.in_flight) == 1)
        assert not draining.done()
        step.gate.set()
        assert await asyncio.wait_for(draining, 5) == 1
    assert publisher.offsets == [(1,)]


async def test_what_begins_to_wait_during_a_drain_is_left_too() -> None:
    step = Step()
    step.gate_of_store.clear()
    async with delivering(step, RecordingPublisher(), "asks") as (delivery, _):
        draining = asyncio.ensure_future(delivery.drain(GRACE_S))
        await until(lambda: delivery.in_flight.draining)
        step.gate_of_store.set()
        assert await asyncio.wait_for(draining, 5) == 1


async def test_events_of_a_fold_that_waits_are_left_at_once() -> None:
    async def fold(_key: str, _events: Sequence[DiaryReady]) -> Sequence[Event]:
        raise DependencyUnavailable("table")

    def entry(offset: int) -> Record:
        return a_record_of(a_diary(recording_id=str(offset), diary_date=date(2026, 11, 18)), offset)

    bench = Bench(event_type=DiaryReady, name="daily", clock=MockedClock(held=True))
    policy = HoldPolicy(debounce_s=3600, max_wait_s=3600)
    delivery = FoldDelivery(bench.work(), fold, RecordingPublisher(), policy, SystemClock())
    for offset in range(3):
        await delivery.admit()
        delivery.deliver(entry(offset))
    await until(lambda: not delivery.in_flight._tasks)
    assert await asyncio.wait_for(delivery.drain(GRACE_S), 5) == 3
    delivery.in_flight.failed.cancel()
