"""Finished work is published, then committed, partition by partition."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agents.delivery.record import Completion, Output, Partition, Record
from agents.health import Health
from agents.kafka.committer import CommitContext, Committer
from tests.support.clock import MockedClock
from tests.support.output_log import JournalOutputLog
from tests.support.records import ELSEWHERE, HERE, a_record
from tests.support.waiting import until


def finished(*records: Record, output: bytes = b"out") -> Completion:
    outputs = (Output(topic="t", key=None, value=output),)
    return Completion(records=records, outputs=outputs)


@asynccontextmanager
async def committing(
    log: JournalOutputLog,
    clock: MockedClock | None = None,
    health: Health | None = None,
    *partitions: Partition,
) -> AsyncIterator[Committer]:
    context = CommitContext(
        output_log=log,  # type: ignore[arg-type]  # the real one is a class, not a protocol
        commit=log.commit,
        clock=clock or MockedClock(),
        health=health or Health(),
        stage="transcriber",
    )
    committer = Committer(context)
    await committer.assign(dict.fromkeys(partitions or (HERE,), 0))
    yield committer
    await committer.assign({})


def received(committer: Committer, *offsets: int, partition: Partition = HERE) -> list[Record]:
    records = [a_record(offset, partition=partition) for offset in offsets]
    assert all(committer.receive(record) for record in records)
    return records


async def test_outputs_are_published_before_their_offset_is_committed() -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        (record,) = received(committer, 0)
        assert await committer.publish(finished(record, output=b"a"))
    assert log.journal == [("publish", (b"a",)), ("commit", {HERE: 1})]


async def test_only_what_is_finished_without_a_gap_is_committed() -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        first, second, third = received(committer, 0, 1, 2)
        for record in (third, second, first):
            assert await committer.publish(finished(record))
    assert log.journal == [
        ("publish", (b"out",)),
        ("publish", (b"out",)),
        ("publish", (b"out",)),
        ("commit", {HERE: 3}),
    ]


async def test_what_finishes_during_a_commit_is_gathered_into_the_next() -> None:
    log = JournalOutputLog()
    log.gate.clear()
    async with committing(log) as committer:
        records = received(committer, 0, 1, 2)
        running = [asyncio.ensure_future(committer.publish(finished(records[0], output=b"0")))]
        await until(lambda: log.asked)
        for number in (1, 2):
            done = finished(records[number], output=str(number).encode())
            running.append(asyncio.ensure_future(committer.publish(done)))
        log.gate.set()
        assert await asyncio.gather(*running) == [True, True, True]
    assert log.journal == [
        ("publish", (b"0",)),
        ("commit", {HERE: 1}),
        ("publish", (b"1", b"2")),
        ("commit", {HERE: 3}),
    ]


@pytest.mark.parametrize("failing", ["publish", "commit"])
async def test_a_broker_that_does_not_answer_is_asked_again(failing: str) -> None:
    clock, log = MockedClock(), JournalOutputLog(failing, failing)
    async with committing(log, clock) as committer:
        (record,) = received(committer, 0)
        assert await committer.publish(finished(record))
    assert clock.slept == [1.0, 1.0]
    assert log.journal == [("publish", (b"out",)), ("commit", {HERE: 1})]


async def test_health_waits_for_the_broker_meanwhile() -> None:
    clock, health, log = MockedClock(held=True), Health(), JournalOutputLog("commit")
    async with committing(log, clock, health) as committer:
        (record,) = received(committer, 0)
        running = asyncio.ensure_future(committer.publish(finished(record)))
        await until(lambda: clock.slept)
        assert (health.facts()["waiting_for"], running.done()) == (["kafka"], False)
        clock.advance(1.0)
        assert await running
        assert health.facts()["waiting_for"] == []


@pytest.mark.parametrize("record", [a_record(5), a_record(0, partition=ELSEWHERE)])
async def test_work_on_a_record_that_is_not_ours_is_not_published(record: Record) -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        received(committer, 0)
        assert not await committer.publish(finished(record))
    assert log.journal == []


async def test_finished_work_is_published_once() -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        (record,) = received(committer, 0)
        assert await committer.publish(finished(record))
        assert not await committer.publish(finished(record))
    assert len(log.journal) == 2


async def test_records_are_received_once_and_only_of_held_partitions() -> None:
    async with committing(JournalOutputLog()) as committer:
        received(committer, 0, 1)
        assert not committer.receive(a_record(1))
        assert not committer.receive(a_record(2, partition=ELSEWHERE))


async def test_a_new_assignment_drops_what_the_old_one_has_not_published() -> None:
    log = JournalOutputLog()
    log.gate.clear()
    async with committing(log) as committer:
        (record,) = received(committer, 0)
        running = asyncio.ensure_future(committer.publish(finished(record)))
        await until(lambda: log.asked)
        await committer.assign({HERE: 0})
        log.gate.set()
        assert not await running
        assert not await committer.publish(finished(record))
    assert log.journal == []


async def test_under_a_new_assignment_redelivered_work_is_published() -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        (record,) = received(committer, 0)
        await committer.assign({HERE: 0, ELSEWHERE: None})
        received(committer, 0)
        assert await committer.publish(finished(record))
    assert log.journal == [("publish", (b"out",)), ("commit", {HERE: 1})]


async def test_a_completion_of_several_records_is_published_once_and_commits_all() -> None:
    log = JournalOutputLog()
    async with committing(log, None, None, HERE, ELSEWHERE) as committer:
        records = received(committer, 0, 1) + received(committer, 0, partition=ELSEWHERE)
        assert await committer.publish(finished(*records))
    assert log.journal == [
        ("publish", (b"out",)),
        ("commit", {HERE: 2}),
        ("publish", ()),
        ("commit", {ELSEWHERE: 1}),
    ]


async def test_a_completion_with_one_lost_record_is_not_published_at_all() -> None:
    log = JournalOutputLog()
    async with committing(log) as committer:
        (ours,) = received(committer, 0)
        assert not await committer.publish(finished(ours, a_record(0, partition=ELSEWHERE)))
        assert await committer.publish(finished(ours))
    assert log.journal == [("publish", (b"out",)), ("commit", {HERE: 1})]


async def test_a_rebalance_in_the_middle_of_a_completion_leaves_nobody_waiting() -> None:
    log = JournalOutputLog()
    log.gate.clear()
    async with committing(log, None, None, HERE, ELSEWHERE) as committer:
        records = received(committer, 0) + received(committer, 0, partition=ELSEWHERE)
        running = asyncio.ensure_future(committer.publish(finished(*records)))
        await until(lambda: log.asked)
        await committer.assign({ELSEWHERE: 0})
        log.gate.set()
        assert await asyncio.wait_for(running, 10) is False
    assert log.journal == []


async def test_an_error_that_nobody_expects_reaches_whoever_publishes() -> None:
    log = JournalOutputLog("publish", error=ValueError("bug"))
    async with committing(log) as committer:
        first, second = received(committer, 0, 1)
        with pytest.raises(ValueError, match="bug"):
            await asyncio.wait_for(committer.publish(finished(first)), 10)
        with pytest.raises(ValueError, match="bug"):
            await asyncio.wait_for(committer.publish(finished(second)), 10)
    assert log.journal == []


async def test_work_cancelled_while_it_is_published_is_published_all_the_same() -> None:
    log = JournalOutputLog()
    log.gate.clear()
    async with committing(log) as committer:
        (record,) = received(committer, 0)
        running = asyncio.ensure_future(committer.publish(finished(record)))
        await until(lambda: log.asked)
        running.cancel()
        log.gate.set()
        await until(lambda: len(log.journal) == 2)
    assert log.journal == [("publish", (b"out",)), ("commit", {HERE: 1})]
