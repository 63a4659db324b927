"""A broken worker gives nothing up, and bad input stops nobody."""

from collections.abc import Sequence

import pytest

from agents.delivery.breaker import FAILURES_MAX
from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.record import Outcome, Record
from agents.delivery.stage import Job
from agents.delivery.work import FIRST_SUCCESS
from agents.errors import WorkBroken
from schemas import AudioReceived, Event
from tests.support.builders import an_audio_received
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record, a_record_of
from tests.support.waiting import until
from tests.support.work import Bench


async def step(event: AudioReceived, _job: Job) -> Sequence[Event]:
    if event.recording_id.startswith("bad"):
        raise KeyError(event.recording_id)
    return ()


def recording(name: str, offset: int) -> Record:
    return a_record_of(an_audio_received(recording_id=name), offset)


async def delivered(
    *records: Record,
) -> tuple[UnorderedDelivery[AudioReceived], RecordingPublisher, Bench[AudioReceived]]:
    """Deliver to a worker with room for two, in which nothing has succeeded yet."""
    bench, publisher = Bench(event_type=AudioReceived, in_flight=2), RecordingPublisher()
    delivery = UnorderedDelivery(bench.work(), step, publisher)
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
