"""Records side by side: bounded, joined when they come again, drained in bounded time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.record import Outcome, Record
from agents.delivery.stage import Job, Step
from schemas import AudioReceived, Event
from tests.support.builders import an_audio_received
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record, a_record_of
from tests.support.waiting import until
from tests.support.work import Bench


class GatedStep:
    """Works on a recording once its gate is open."""

    def __init__(self) -> None:
        self.began: list[str] = []
        self._gates: dict[str, asyncio.Event] = {}

    def gate(self, recording_id: str) -> asyncio.Event:
        return self._gates.setdefault(recording_id, asyncio.Event())

    async def __call__(self, event: AudioReceived, _job: Job) -> Sequence[Event]:
        self.began.append(event.recording_id)
        await self.gate(event.recording_id).wait()
        return ()


def recording(offset: int) -> Record:
    return a_record_of(an_audio_received(recording_id=f"rec-{offset}"), offset)


@asynccontextmanager
async def delivering(
    step: Step[AudioReceived], publisher: RecordingPublisher, *, in_flight: int = 4
) -> AsyncIterator[UnorderedDelivery[AudioReceived]]:
    bench = Bench(event_type=AudioReceived, in_flight=in_flight)
    delivery = UnorderedDelivery(bench.work(), step, publisher)
    yield delivery
    delivery.in_flight.failed.cancel()
    await delivery.drain(0)


async def deliver(delivery: UnorderedDelivery[AudioReceived], *records: Record) -> None:
    for record in records:
        await delivery.admit()
        delivery.deliver(record)


async def test_a_slow_record_holds_up_no_other() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    step.gate("rec-1").set()
    step.gate("rec-2").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0), recording(1), recording(2))
        await until(lambda: len(publisher.published) == 2)
        assert publisher.offsets == [(1,), (2,)]
        step.gate("rec-0").set()
        await until(lambda: publisher.offsets == [(1,), (2,), (0,)])


async def test_no_more_is_admitted_than_the_limit() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    async with delivering(step, publisher, in_flight=2) as delivery:
        await deliver(delivery, recording(0), recording(1))
        third = asyncio.ensure_future(delivery.admit())
        await until(lambda: step.began == ["rec-0", "rec-1"])
        assert (third.done(), delivery.in_flight.full) == (False, True)
        step.gate("rec-0").set()
        await asyncio.wait_for(third, 10)
        assert len(delivery.in_flight) == 1


async def test_room_that_is_not_used_is_given_back() -> None:
    async with delivering(GatedStep(), RecordingPublisher(), in_flight=1) as delivery:
        for _ in range(3):
            await delivery.admit()
            delivery.dismiss()
        assert not delivery.in_flight.full


async def test_a_record_delivered_again_joins_the_work_on_it() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    async with delivering(step, publisher, in_flight=2) as delivery:
        await deliver(delivery, recording(0), recording(0), recording(0))
        step.gate("rec-0").set()
        await until(lambda: not len(delivery.in_flight))
    assert (step.began, publisher.offsets) == (["rec-0"], [(0,)])


async def test_a_record_delivered_again_after_its_end_is_worked_on_again() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    step.gate("rec-0").set()
    async with delivering(step, publisher) as delivery:
        for _ in range(2):
            await deliver(delivery, recording(0))
            await until(lambda: not len(delivery.in_flight))
    assert step.began == ["rec-0", "rec-0"]


async def test_a_result_of_a_lost_partition_is_dropped() -> None:
    step, publisher = GatedStep(), RecordingPublisher(refusals=1)
    step.gate("rec-0").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0))
        await until(lambda: publisher.asked and not len(delivery.in_flight))
        assert (publisher.published, delivery.in_flight.full) == ([], False)


@pytest.mark.parametrize("refusals", [0, 1])
async def test_what_is_to_be_done_afterwards_is_done_once_the_results_are_published(
    refusals: int,
) -> None:
    publisher, done = RecordingPublisher(refusals=refusals), list[str]()

    async def step(_event: AudioReceived, job: Job) -> Sequence[Event]:
        async def then() -> None:
            done.append(f"after {len(publisher.published)}")

        job.afterwards(then)
        return ()

    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0))
        await until(lambda: publisher.asked and not len(delivery.in_flight))
    assert done == ([] if refusals else ["after 1"])


async def test_a_result_refused_while_its_record_came_again_is_published_for_that() -> None:
    gate = asyncio.Event()
    step, publisher = GatedStep(), RecordingPublisher(refusals=1, gate=gate)
    step.gate("rec-0").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0))
        await until(lambda: publisher.asked)
        await deliver(delivery, recording(0))
        gate.set()
        await until(lambda: not len(delivery.in_flight))
    assert (step.began, publisher.offsets) == (["rec-0"], [(0,)])


async def test_what_is_no_event_ends_as_a_dead_letter_and_holds_up_nothing() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    step.gate("rec-1").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, a_record(0), recording(1))
        await until(lambda: len(publisher.published) == 2)
    outcomes = {done.records[0].offset: done.outcome for done in publisher.published}
    assert outcomes == {0: Outcome.DEAD_LETTER, 1: Outcome.DONE}


async def test_a_drain_finishes_what_it_can_in_time() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0))
        draining = asyncio.ensure_future(delivery.drain(10))
        step.gate("rec-0").set()
        assert await draining == 0
    assert publisher.offsets == [(0,)]


async def test_a_drain_leaves_the_rest_and_says_how_much() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0), recording(1))
        await until(lambda: len(step.began) == 2)
        assert await delivery.drain(0.01) == 2
        step.gate("rec-0").set()
    assert (publisher.asked, len(delivery.in_flight)) == ([], 0)


async def test_a_draining_worker_begins_nothing_new() -> None:
    step, publisher = GatedStep(), RecordingPublisher()
    async with delivering(step, publisher, in_flight=2) as delivery:
        await deliver(delivery, recording(0))
        draining = asyncio.ensure_future(delivery.drain(10))
        await until(lambda: step.began)
        await deliver(delivery, recording(1), recording(2), recording(3))
        step.gate("rec-0").set()
        assert await draining == 0
    assert (step.began, publisher.offsets) == (["rec-0"], [(0,)])


async def test_an_error_that_nobody_expects_fails_the_worker() -> None:
    step, publisher = GatedStep(), RecordingPublisher(error=RuntimeError("broken"))
    step.gate("rec-0").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0))
        with pytest.raises(RuntimeError, match="broken"):
            await asyncio.wait_for(delivery.in_flight.failed, 10)
        assert await delivery.drain(10) == 0


async def test_only_the_first_of_several_errors_is_kept() -> None:
    step, publisher = GatedStep(), RecordingPublisher(error=RuntimeError("broken"))
    step.gate("rec-0").set()
    step.gate("rec-1").set()
    async with delivering(step, publisher) as delivery:
        await deliver(delivery, recording(0), recording(1))
        await until(lambda: not len(delivery.in_flight))
        assert isinstance(delivery.in_flight.failed.exception(), RuntimeError)
