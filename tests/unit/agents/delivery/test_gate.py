"""Records of side topics come in only as far as what they wait for allows."""

import asyncio
from collections.abc import Sequence

import pytest

from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.gate import PARKED_MAX, Gate
from agents.delivery.record import Partition
from agents.delivery.stage import Forwarded, Job, Result
from schemas import TranscriptReady
from tests.support.builders import a_transcript
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record_of
from tests.support.waiting import until
from tests.support.work import Bench

SIDE = Partition("daybook.diarist.upgrade", 0)


def a_gate(allowed: int) -> Gate:
    return Gate([SIDE.topic], lambda: allowed)


def test_as_many_come_in_as_are_allowed_together() -> None:
    gate = a_gate(3)
    gate.let_in([(SIDE, 0), (SIDE, 1)])
    assert gate.room() == 1
    gate.finished((SIDE, 0))
    gate.finished((SIDE, 7))
    assert gate.room() == 2


def test_a_gate_that_closes_behind_records_has_no_room() -> None:
    allowed = [2]
    gate = Gate([SIDE.topic], lambda: allowed[0])
    gate.let_in([(SIDE, 0), (SIDE, 1)])
    allowed[0] = 0
    assert gate.room() == 0


def test_a_parked_record_leaves_its_place_to_another_until_too_many_are_parked() -> None:
    gate = a_gate(1)
    for offset in range(PARKED_MAX):
        gate.let_in([(SIDE, offset)])
        assert gate.room() == 0
        assert [gate.park((SIDE, offset)), gate.park((SIDE, offset))] == [True, True]
        assert gate.room() == 1
    gate.let_in([(SIDE, PARKED_MAX)])
    assert (gate.park((SIDE, PARKED_MAX)), gate.room()) == (False, 0)
    gate.finished((SIDE, PARKED_MAX))
    assert gate.room() == 1


def test_what_a_new_assignment_brings_again_counts_once() -> None:
    gate = a_gate(3)
    gate.let_in([(SIDE, 0), (SIDE, 1), (SIDE, 2)])
    gate.park((SIDE, 1))
    gate.working((SIDE, 2))
    gate.begin_anew()
    assert gate.room() == 2
    gate.let_in([(SIDE, 0), (SIDE, 1), (SIDE, 2)])
    assert gate.room() == 1


@pytest.mark.parametrize("parked", [True, False])
async def test_a_parked_record_gives_its_room_to_others_and_is_finished_all_the_same(
    *, parked: bool
) -> None:
    go = asyncio.Event()

    async def step(_event: TranscriptReady, job: Job) -> Sequence[Result]:
        if parked:
            job.park()
            job.park()
        await go.wait()
        return ()

    gate, publisher = a_gate(1), RecordingPublisher()
    work = Bench(event_type=TranscriptReady, in_flight=1).work()
    delivery = UnorderedDelivery(work, step, publisher, gate)
    record = a_record_of(a_transcript(), partition=SIDE)
    await delivery.admit()
    gate.let_in([record.position])
    delivery.deliver(record)
    await asyncio.sleep(0)
    await until(lambda: delivery.in_flight.full is not parked)
    assert gate.room() == int(parked)
    go.set()
    await until(lambda: len(publisher.published) == 1)
    await until(lambda: len(delivery.in_flight) == 0)
    assert (gate.room(), delivery.in_flight._free) == (1, 1)
    assert delivery.in_flight._unpublished_bytes == 0
    delivery.in_flight.failed.cancel()


async def test_an_event_can_be_forwarded_to_another_topic_than_its_own() -> None:
    transcript = a_transcript()

    async def step(event: TranscriptReady, job: Job) -> Sequence[Result]:
        assert not job.beside
        return [Forwarded(event, SIDE.topic)]

    publisher = RecordingPublisher()
    delivery = UnorderedDelivery(Bench(event_type=TranscriptReady).work(), step, publisher)
    record = a_record_of(transcript)
    await delivery.admit()
    delivery.deliver(record)
    await until(lambda: len(publisher.published) == 1)
    forwarded = publisher.published[0].outputs[0]
    assert (forwarded.topic, forwarded.key) == (SIDE.topic, transcript.recording_id.encode())
    assert dict(forwarded.headers)["ce_id"] == dict(record.headers)["ce_id"]
    delivery.in_flight.failed.cancel()
    await delivery.drain(0)
