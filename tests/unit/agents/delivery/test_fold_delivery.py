"""Records by key: held, folded together, one fold per key at a time."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import date

import pytest

from agents.delivery.clock import SystemClock
from agents.delivery.fold_delivery import FoldDelivery
from agents.delivery.holds import HoldPolicy
from agents.delivery.record import Outcome, Partition, Record
from agents.errors import InvalidEventError
from schemas import DiaryReady, Event
from tests.support.builders import a_diary
from tests.support.publisher import RecordingPublisher
from tests.support.records import a_record, a_record_of
from tests.support.waiting import until
from tests.support.work import Bench

WEDNESDAY = "default/ada/2026-11-18"
THURSDAY = "default/ada/2026-11-19"
LONG = HoldPolicy(debounce_s=3600, max_wait_s=3600)
SHORT = HoldPolicy(debounce_s=0.1, max_wait_s=3600)


class RecordingFold:
    """Keeps the groups it is given; *refused* recordings fail, *gate* is waited for."""

    def __init__(self, *refused: str, gate: asyncio.Event | None = None) -> None:
        self.groups: list[tuple[str, list[str]]] = []
        self._refused = refused
        self._gate = gate

    async def __call__(self, key: str, events: Sequence[DiaryReady]) -> Sequence[Event]:
        names = [event.recording_id for event in events]
        self.groups.append((key, names))
        if self._gate is not None:
            await self._gate.wait()
        if any(name in self._refused for name in names):
            raise InvalidEventError("invalid-field", "it cannot be folded")
        return ()


def entry(offset: int, day: int = 18) -> Record:
    event = a_diary(recording_id=f"rec-{offset}", diary_date=date(2026, 11, day))
    return a_record_of(event, offset)


@asynccontextmanager
async def folding(
    fold: RecordingFold,
    publisher: RecordingPublisher,
    policy: HoldPolicy = LONG,
    *,
    in_flight: int = 8,
) -> AsyncIterator[FoldDelivery[DiaryReady]]:
    bench = Bench(event_type=DiaryReady, name="daily", in_flight=in_flight)
    delivery = FoldDelivery(bench.work(), fold, publisher, policy, SystemClock())
    yield delivery
    delivery.in_flight.failed.cancel()
    await delivery.drain(0)


async def deliver(delivery: FoldDelivery[DiaryReady], *records: Record) -> None:
    for record in records:
        await delivery.admit()
        delivery.deliver(record)


async def end_holds(delivery: FoldDelivery[DiaryReady]) -> None:
    """Wait until everything delivered is held, then have it folded."""
    await until(lambda: not delivery.in_flight._tasks)
    await delivery.drain(10)


async def test_events_that_come_together_are_folded_together_in_offset_order() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher) as delivery:
        await deliver(delivery, entry(2), entry(0), entry(1))
        await end_holds(delivery)
    assert fold.groups == [(WEDNESDAY, ["rec-0", "rec-1", "rec-2"])]
    assert publisher.offsets == [(0, 1, 2)]


async def test_a_key_that_never_rests_is_folded_after_its_longest_wait() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    policy = HoldPolicy(debounce_s=3600, max_wait_s=0.02)
    async with folding(fold, publisher, policy) as delivery:
        await deliver(delivery, entry(0), entry(1))
        await until(lambda: publisher.published)
    assert publisher.offsets == [(0, 1)]


async def test_each_key_is_folded_on_its_own() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher) as delivery:
        await deliver(delivery, entry(0), entry(1, day=19), entry(2))
        await end_holds(delivery)
    assert sorted(fold.groups) == [
        (WEDNESDAY, ["rec-0", "rec-2"]),
        (THURSDAY, ["rec-1"]),
    ]


async def test_a_full_window_ends_every_hold_at_once() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher, LONG, in_flight=2) as delivery:
        await deliver(delivery, entry(0), entry(1, day=19))
        await asyncio.wait_for(delivery.admit(), 10)
        delivery.deliver(entry(2))
        await until(lambda: len(publisher.published) == 2)
        assert sorted(publisher.offsets) == [(0,), (1,)]
        assert len(delivery.in_flight) == 1


async def test_one_key_is_never_folded_twice_at_a_time() -> None:
    gate = asyncio.Event()
    fold, publisher = RecordingFold(gate=gate), RecordingPublisher()
    async with folding(fold, publisher, HoldPolicy(debounce_s=0, max_wait_s=0)) as delivery:
        await deliver(delivery, entry(0))
        await until(lambda: fold.groups)
        await deliver(delivery, entry(1), entry(2), entry(3, day=19))
        await until(lambda: len(fold.groups) == 2)
        assert fold.groups == [(WEDNESDAY, ["rec-0"]), (THURSDAY, ["rec-3"])]
        gate.set()
        await until(lambda: len(publisher.published) == 3)
    assert fold.groups[2] == (WEDNESDAY, ["rec-1", "rec-2"])


async def test_an_event_that_fails_is_a_dead_letter_alone() -> None:
    fold, publisher = RecordingFold("rec-1"), RecordingPublisher()
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0), entry(1), entry(2))
        await until(lambda: not len(delivery.in_flight))
    outcomes = [(done.records[0].offset, done.outcome) for done in publisher.published]
    assert outcomes == [
        (0, Outcome.DONE),
        (1, Outcome.DEAD_LETTER),
        (2, Outcome.DONE),
    ]


async def test_an_event_that_fails_on_its_own_is_folded_once() -> None:
    fold, publisher = RecordingFold("rec-0"), RecordingPublisher()
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0))
        await until(lambda: not len(delivery.in_flight))
    assert [done.outcome for done in publisher.published] == [Outcome.DEAD_LETTER]
    assert fold.groups == [(WEDNESDAY, ["rec-0"])]


async def test_what_is_no_event_is_a_dead_letter_without_a_hold() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher) as delivery:
        await deliver(delivery, a_record(0))
        await until(lambda: not len(delivery.in_flight))
    assert [done.outcome for done in publisher.published] == [Outcome.DEAD_LETTER]
    assert fold.groups == []


async def test_records_of_two_partitions_are_folded_and_finished_apart() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    redrive = Partition("daybook.daily.redrive", 0)
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(1), replace(entry(0), partition=redrive), entry(2))
        await until(lambda: not len(delivery.in_flight))
    assert publisher.offsets == [(0,), (1, 2)]
    assert fold.groups == [(WEDNESDAY, ["rec-0"]), (WEDNESDAY, ["rec-1", "rec-2"])]


async def test_what_fails_in_one_partition_is_alone_there() -> None:
    fold, publisher = RecordingFold("rec-1"), RecordingPublisher()
    redrive = Partition("daybook.daily.redrive", 0)
    async with folding(fold, publisher, SHORT) as delivery:
        redriven = [replace(entry(number), partition=redrive) for number in (0, 1)]
        await deliver(delivery, entry(2), *redriven, entry(3))
        await until(lambda: not len(delivery.in_flight))
    outcomes = [done.outcome for done in publisher.published]
    assert publisher.offsets == [(0,), (1,), (2, 3)]
    assert outcomes == [Outcome.DONE, Outcome.DEAD_LETTER, Outcome.DONE]


async def test_a_record_delivered_again_while_held_is_folded_once() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0), entry(1), entry(0))
        await until(lambda: not len(delivery.in_flight))
    assert publisher.offsets == [(0, 1)]


async def test_a_drain_ends_every_hold() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher()
    async with folding(fold, publisher) as delivery:
        await deliver(delivery, entry(0), entry(1, day=19))
        assert await delivery.drain(10) == 0
    assert sorted(publisher.offsets) == [(0,), (1,)]


async def test_a_drain_folds_also_what_waits_for_the_fold_before() -> None:
    gate = asyncio.Event()
    fold, publisher = RecordingFold(gate=gate), RecordingPublisher()
    async with folding(fold, publisher, HoldPolicy(debounce_s=0, max_wait_s=0)) as delivery:
        await deliver(delivery, entry(0))
        await until(lambda: fold.groups)
        await deliver(delivery, entry(1))
        draining = asyncio.ensure_future(delivery.drain(10))
        gate.set()
        assert await draining == 0
    assert publisher.offsets == [(0,), (1,)]


async def test_a_drain_out_of_time_leaves_what_is_held_and_begins_nothing() -> None:
    fold, publisher = RecordingFold(gate=asyncio.Event()), RecordingPublisher()
    async with folding(fold, publisher, HoldPolicy(debounce_s=0, max_wait_s=0)) as delivery:
        await deliver(delivery, entry(0))
        await until(lambda: fold.groups)
        await deliver(delivery, entry(1))
        assert await delivery.drain(0.01) == 2
    assert (publisher.asked, len(fold.groups)) == ([], 1)


async def test_a_window_that_frees_up_during_a_drain_goes_on_draining() -> None:
    gate = asyncio.Event()
    fold, publisher = RecordingFold(gate=gate), RecordingPublisher()
    async with folding(fold, publisher, LONG, in_flight=2) as delivery:
        await deliver(delivery, entry(0), entry(1))
        waiting = asyncio.ensure_future(delivery.admit())
        await until(lambda: fold.groups)
        draining = asyncio.ensure_future(delivery.drain(10))
        gate.set()
        await waiting
        delivery.deliver(entry(2))
        assert await asyncio.wait_for(draining, 5) == 0


async def test_of_a_refused_group_what_came_again_is_folded_again() -> None:
    gate = asyncio.Event()
    fold, publisher = RecordingFold(), RecordingPublisher(refusals=1, gate=gate)
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0), entry(1), entry(2))
        await until(lambda: publisher.asked)
        await deliver(delivery, entry(0))
        gate.set()
        await until(lambda: publisher.published)
        assert (publisher.offsets, len(delivery.in_flight)) == ([(0,)], 0)
    assert fold.groups[1:] == [(WEDNESDAY, ["rec-0"])]


async def test_a_refused_group_that_has_not_come_again_is_dropped() -> None:
    fold, publisher = RecordingFold(), RecordingPublisher(refusals=1)
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0), entry(1))
        await until(lambda: publisher.asked and not len(delivery.in_flight))
    assert publisher.published == []


async def test_an_error_that_nobody_expects_fails_the_worker() -> None:
    publisher = RecordingPublisher(error=RuntimeError("broken"))
    async with folding(RecordingFold(), publisher, SHORT) as delivery:
        await deliver(delivery, entry(0), entry(1))
        with pytest.raises(RuntimeError, match="broken"):
            await asyncio.wait_for(delivery.in_flight.failed, 10)


async def test_records_of_two_partitions_are_folded_one_after_the_other() -> None:
    """A completion is committed with one partition, whoever chose it for the record."""
    fold, publisher = RecordingFold(), RecordingPublisher()
    other = replace(entry(0), partition=Partition("diaries.ready", 7))
    async with folding(fold, publisher) as delivery:
        await deliver(delivery, entry(0), other, entry(1))
        await end_holds(delivery)
    partitions = [{record.partition for record in one.records} for one in publisher.published]
    assert [len(each) for each in partitions] == [1, 1]
    assert sorted(publisher.offsets) == [(0,), (0, 1)]


class StumblingFold(RecordingFold):
    """Fails the first few times."""

    def __init__(self, *, times: int) -> None:
        super().__init__()
        self._left = times

    async def __call__(self, key: str, events: Sequence[DiaryReady]) -> Sequence[Event]:
        self._left -= 1
        if self._left >= 0:
            raise KeyError(key)
        return await super().__call__(key, events)


async def test_a_fold_that_fails_before_any_has_succeeded_is_held_and_tried_again() -> None:
    fold, publisher = StumblingFold(times=4), RecordingPublisher()
    async with folding(fold, publisher, SHORT) as delivery:
        await deliver(delivery, entry(0))
        await until(lambda: not len(delivery.in_flight))
    assert [(done.outcome, len(done.records)) for done in publisher.asked] == [(Outcome.DONE, 1)]
    assert fold.groups == [(WEDNESDAY, ["rec-0"])]
