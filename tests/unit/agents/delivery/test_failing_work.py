"""A broken worker gives nothing up, and bad input stops nobody."""

from collections.abc import Sequence

import pytest

from agents.delivery.breaker import FAILURES_MAX
from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.record import Outcome, Record
from agents.delivery.retry import RetryPolicy
from agents.delivery.stage import Job
from agents.delivery.work import FIRST_SUCCESS
from agents.errors import WorkBroken
from schemas import AudioReceived, Event, StageState
from tests.support.builders import an_audio_received
from tests.support.clock import MockedClock
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record, a_record_of
from tests.support.waiting import until
from tests.support.work import Bench, statuses

HELD_S = RetryPolicy().longest_s
"""Time after which what is held is tried again."""


class Step:
    """Fails at every recording called bad, as long as it is broken."""

    def __init__(self) -> None:
        self.broken = True
        self.attempts = 0

    async def __call__(self, event: AudioReceived, _job: Job) -> Sequence[Event]:
        self.attempts += 1
        if self.broken and event.recording_id.startswith("bad"):
            raise KeyError(event.recording_id)
        return ()


def recording(name: str, offset: int) -> Record:
    return a_record_of(an_audio_received(recording_id=name), offset)


async def delivered(
    *records: Record, step: Step | None = None
) -> tuple[UnorderedDelivery[AudioReceived], RecordingPublisher, Bench[AudioReceived]]:
    """Deliver to a worker with room for two, in which nothing has succeeded yet."""
    # Without jitter nobody pauses between attempts, but by this clock what is held stays so.
    clock, publisher = MockedClock(jitter=0.0, held=True), RecordingPublisher()
    bench = Bench(event_type=AudioReceived, in_flight=2, clock=clock)
    delivery = UnorderedDelivery(bench.work(), step or Step(), publisher)
    for record in records:
        await delivery.admit()
        delivery.deliver(record)
    return delivery, publisher, bench


async def test_an_unforeseen_failure_is_given_up_once_other_work_has_succeeded() -> None:
    records = [recording("bad-0", 0), recording("bad-1", 1), recording("bad-2", 2)]
    delivery, publisher, bench = await delivered(*records)
    await until(lambda: bench.health.facts()["waiting_for"] == [FIRST_SUCCESS])
    assert publisher.asked == []
    await delivery.admit()
    delivery.deliver(recording("good", 3))
    await until(lambda: len(publisher.published) == 4)
    outcomes = {done.records[0].offset: done.outcome for done in publisher.published}
    assert outcomes == {**dict.fromkeys(range(3), Outcome.DEAD_LETTER), 3: Outcome.DONE}
    assert bench.health.facts()["waiting_for"] == []


async def test_a_worker_in_which_everything_fails_stops_and_gives_nothing_up() -> None:
    records = [recording(f"bad-{offset}", offset) for offset in range(FAILURES_MAX)]
    delivery, publisher, _ = await delivered(*records)
    await until(delivery.in_flight.failed.done)
    with pytest.raises(WorkBroken):
        delivery.in_flight.failed.result()
    assert await delivery.drain(10) == 0
    assert publisher.asked == []


async def test_a_flood_of_malformed_events_stops_nobody() -> None:
    flood = [a_record(offset) for offset in range(5 * FAILURES_MAX)]
    delivery, publisher, _ = await delivered(*flood, recording("good", len(flood)))
    await until(lambda: len(publisher.published) == len(flood) + 1)
    assert publisher.published[-1].outcome is Outcome.DONE
    assert not delivery.in_flight.failed.done()


async def test_what_waits_for_a_first_success_is_left_to_the_next_owner_at_the_end() -> None:
    delivery, publisher, bench = await delivered(recording("bad", 0))
    await until(lambda: bench.health.facts()["waiting_for"] == [FIRST_SUCCESS])
    assert await delivery.drain(0.01) == 1
    assert publisher.asked == []


async def held(bench: Bench[AudioReceived], times: int = 1) -> None:
    """Wait until a record has been held so many times."""
    await until(lambda: bench.clock.slept.count(HELD_S) == times)


async def test_the_only_record_there_is_is_tried_again_until_it_succeeds() -> None:
    step = Step()
    delivery, publisher, bench = await delivered(recording("bad", 0), step=step)
    await held(bench)
    step.broken = False
    bench.clock.advance(HELD_S)
    await until(lambda: not len(delivery.in_flight))
    assert [done.outcome for done in publisher.asked] == [Outcome.DONE]
    assert step.attempts == 4


async def test_one_record_that_fails_for_ever_neither_stops_the_worker_nor_is_given_up() -> None:
    step = Step()
    delivery, publisher, bench = await delivered(recording("bad", 0), step=step)
    for times in range(1, 2 * FAILURES_MAX):
        await held(bench, times)
        bench.clock.advance(HELD_S)
    await held(bench, 2 * FAILURES_MAX)
    assert (publisher.asked, delivery.in_flight.failed.done()) == ([], False)
    assert step.attempts == 3 * 2 * FAILURES_MAX


async def test_people_are_told_what_a_recording_that_is_held_waits_for() -> None:
    _, _, bench = await delivered(recording("bad", 0))
    await held(bench)
    (status,) = statuses(bench.told)
    assert (status.state, status.detail) == (StageState.WAITING, f"waiting for {FIRST_SUCCESS}")
