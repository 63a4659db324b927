"""Finished work is published and committed together, partition by partition."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agents.delivery.record import Completion, Output, Partition, Record
from agents.health import Health
from agents.kafka import partition_committer
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import RUNS_MAX, Committed
from tests.support.clock import MockedClock
from tests.support.records import ELSEWHERE, HERE, a_record
from tests.support.transactional_log import FakeCluster, a_committer
from tests.support.waiting import until


def finished(*records: Record, output: bytes = b"out") -> Completion:
    outputs = (Output(topic="t", key=None, value=output),)
    return Completion(records=records, outputs=outputs)


async def assign(committer: Committer, *partitions: Partition) -> None:
    await committer.fence(partitions)
    committer.begin()


@asynccontextmanager
async def committing(cluster: FakeCluster, *partitions: Partition) -> AsyncIterator[Committer]:
    committer = a_committer(cluster)
    await assign(committer, *(partitions or (HERE,)))
    yield committer
    await committer.release()
    assert cluster.open_logs == 0


def received(committer: Committer, *offsets: int, partition: Partition = HERE) -> list[Record]:
    records = [a_record(offset, partition=partition) for offset in offsets]
    assert all(committer.receive(record) for record in records)
    return records


async def test_outputs_and_their_offset_go_in_one_transaction() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        (record,) = received(committer, 0)
        assert await committer.publish(finished(record, output=b"a"))
    assert cluster.transactions == [((b"a",), HERE, Committed(1))]


async def test_what_finishes_ahead_of_others_is_committed_beyond_them() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        first, second, third = received(committer, 0, 1, 2)
        for record in (third, second, first):
            assert await committer.publish(finished(record))
    assert [committed for _outputs, _partition, committed in cluster.transactions] == [
        Committed(0, ((2, 3),)),
        Committed(0, ((1, 3),)),
        Committed(3),
    ]


async def test_what_finishes_during_a_transaction_is_gathered_into_the_next() -> None:
    cluster = FakeCluster()
    cluster.gate.clear()
    async with committing(cluster) as committer:
        records = received(committer, 0, 1, 2)
        running = [asyncio.ensure_future(committer.publish(finished(records[0], output=b"0")))]
        await until(lambda: cluster.asked)
        for number in (1, 2):
            done = finished(records[number], output=str(number).encode())
            running.append(asyncio.ensure_future(committer.publish(done)))
        await asyncio.sleep(0)
        cluster.gate.set()
        assert await asyncio.gather(*running) == [True, True, True]
    first, second = cluster.transactions
    assert first == ((b"0",), HERE, Committed(1))
    assert second == ((b"1", b"2"), HERE, Committed(3))


async def test_a_transaction_takes_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_committer, "BATCH_MAX", 2)
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        records = received(committer, 0, 1, 2)
        await asyncio.gather(*(committer.publish(finished(record)) for record in records))
    assert [len(outputs) for outputs, *_ in cluster.transactions] == [2, 1]


@pytest.mark.parametrize("record", [a_record(5), a_record(0, partition=ELSEWHERE)])
async def test_work_on_a_record_that_is_not_ours_is_not_published(record: Record) -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        received(committer, 0)
        assert not await committer.publish(finished(record))
    assert not cluster.asked


async def test_finished_work_is_published_once() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        (record,) = received(committer, 0)
        assert await committer.publish(finished(record))
        assert not await committer.publish(finished(record))
    assert len(cluster.transactions) == 1


async def test_records_are_received_once_and_only_of_held_partitions() -> None:
    async with committing(FakeCluster()) as committer:
        received(committer, 0, 1)
        assert not committer.receive(a_record(1))
        assert not committer.receive(a_record(2, partition=ELSEWHERE))


async def test_what_an_earlier_owner_finished_ahead_is_not_worked_on() -> None:
    cluster = FakeCluster()
    cluster.committed[HERE] = Committed(0, ((1, 3),))
    committer = a_committer(cluster)
    await assign(committer, HERE)
    assert [committer.receive(a_record(offset)) for offset in range(4)] == [
        True,
        False,
        False,
        True,
    ]
    await committer.release()


async def test_a_completion_of_several_records_is_published_once_and_commits_all() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        assert await committer.publish(finished(*received(committer, 0, 1)))
    assert cluster.transactions == [((b"out",), HERE, Committed(2))]


async def test_a_completion_with_one_lost_record_is_not_published_at_all() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        (ours,) = received(committer, 0)
        assert not await committer.publish(finished(ours, a_record(1)))
        assert await committer.publish(finished(ours))
    assert cluster.transactions == [((b"out",), HERE, Committed(1))]


async def test_between_the_lock_and_what_was_read_under_it_nothing_is_taken() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        (record,) = received(committer, 0)
        await committer.fence([HERE])
        assert not committer.receive(record)
        assert not await committer.publish(finished(record))
        assert cluster.epochs == {HERE: 2}
        committer.begin()
        assert committer.receive(record)
    assert not cluster.asked


async def test_under_a_new_assignment_redelivered_work_is_published() -> None:
    cluster = FakeCluster()
    async with committing(cluster) as committer:
        (record,) = received(committer, 0)
        await assign(committer, HERE, ELSEWHERE)
        received(committer, 0)
        assert await committer.publish(finished(record))
    assert cluster.transactions == [((b"out",), HERE, Committed(1))]


async def test_a_release_leaves_nobody_waiting() -> None:
    cluster = FakeCluster()
    cluster.gate.clear()
    async with committing(cluster) as committer:
        records = received(committer, 0, 1)
        running = [asyncio.ensure_future(committer.publish(finished(one))) for one in records]
        await until(lambda: cluster.asked)
        await committer.release()
        cluster.gate.set()
        assert await asyncio.wait_for(asyncio.gather(*running), 10) == [False, False]
    assert cluster.transactions == []


async def test_work_cancelled_while_it_is_published_is_published_all_the_same() -> None:
    cluster = FakeCluster()
    cluster.gate.clear()
    async with committing(cluster) as committer:
        (record,) = received(committer, 0)
        running = asyncio.ensure_future(committer.publish(finished(record)))
        await until(lambda: cluster.asked)
        running.cancel()
        cluster.gate.set()
        await until(lambda: cluster.transactions)
    assert cluster.transactions == [((b"out",), HERE, Committed(1))]


async def test_brokers_that_do_not_lock_are_asked_again_and_health_waits_for_them() -> None:
    cluster, clock, health = FakeCluster(), MockedClock(held=True), Health()
    cluster.unlocked = 1
    committer = a_committer(cluster, clock, health)
    fencing = asyncio.ensure_future(committer.fence([HERE]))
    await until(lambda: clock.slept)
    assert (health.facts()["waiting_for"], fencing.done()) == (["kafka"], False)
    clock.advance(1.0)
    await fencing
    assert (health.facts()["waiting_for"], cluster.open_logs) == ([], 1)
    await committer.release()


async def test_a_record_waits_for_room_in_what_can_be_committed() -> None:
    async with committing(FakeCluster()) as committer:
        first, *_others = received(committer, *range(RUNS_MAX))
        waiting = asyncio.ensure_future(committer.room_for(a_record(RUNS_MAX)))
        await asyncio.sleep(0)
        assert not waiting.done()
        await committer.publish(finished(first))
        await asyncio.wait_for(waiting, 10)
