"""One partition's transactions: lost answers, locks that somebody else took, and rest."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from agents.delivery.record import Completion, Output, Record
from agents.health import Health
from agents.kafka import partition_committer
from agents.kafka.committer import Committer
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_log import Fenced
from agents.kafka.partition_state import Tail
from tests.support.clock import MockedClock
from tests.support.records import HERE, a_record
from tests.support.transactional_log import FakeCluster, Lost, a_committer
from tests.support.waiting import until


def finished(record: Record) -> Completion:
    """Build a completion whose output names the record's offset."""
    value = str(record.offset).encode()
    return Completion(records=(record,), outputs=(Output(topic="t", key=None, value=value),))


@asynccontextmanager
async def working(
    cluster: FakeCluster, clock: MockedClock | None = None, health: Health | None = None
) -> AsyncIterator[tuple[Committer, Completion, Completion]]:
    """Give a committer, and the finished work on the two records that it has received."""
    committer = a_committer(cluster, clock, health)
    await committer.fence([HERE])
    committer.begin()
    records = [a_record(offset) for offset in (0, 1)]
    assert all(committer.receive(record) for record in records)
    first, second = (finished(record) for record in records)
    yield committer, first, second
    await committer.release()
    assert cluster.open_logs == 0


async def test_what_was_not_committed_is_published_again_under_a_new_epoch() -> None:
    cluster = FakeCluster(Lost.ABORTED)
    async with working(cluster) as (committer, first, _):
        assert await committer.publish(first)
    assert cluster.transactions == [((b"0",), HERE, Committed(1))]
    assert cluster.epochs[HERE] == 2


async def test_what_was_committed_is_not_published_again() -> None:
    cluster = FakeCluster(Lost.COMMITTED)
    async with working(cluster) as (committer, first, _):
        assert await committer.publish(first)
    assert cluster.transactions == [((b"0",), HERE, Committed(1))]
    assert (cluster.asked, cluster.epochs[HERE]) == (1, 2)


async def test_of_what_is_gathered_only_the_committed_is_done_with() -> None:
    cluster = FakeCluster(Lost.COMMITTED)
    cluster.gate.clear()
    async with working(cluster) as (committer, first, second):
        running = [asyncio.ensure_future(committer.publish(first))]
        await until(lambda: cluster.asked)
        running.append(asyncio.ensure_future(committer.publish(second)))
        await asyncio.sleep(0)
        cluster.gate.set()
        assert await asyncio.gather(*running) == [True, True]
    assert [outputs for outputs, *_ in cluster.transactions] == [(b"0",), (b"1",)]
    assert cluster.committed[HERE] == Committed(2)


async def test_brokers_that_are_away_are_asked_again_and_health_waits_for_them() -> None:
    cluster, clock, health = FakeCluster(Lost.ABORTED), MockedClock(held=True), Health()
    async with working(cluster, clock, health) as (committer, first, _):
        cluster.unlocked = 1
        running = asyncio.ensure_future(committer.publish(first))
        await until(lambda: clock.slept)
        assert (health.facts()["waiting_for"], running.done()) == (["kafka"], False)
        clock.advance(1.0)
        await until(lambda: not health.facts()["waiting_for"])
        clock.advance(1.0)
        assert await running


async def test_a_lock_taken_without_an_answer_about_offsets_is_let_go_of() -> None:
    cluster = FakeCluster(Lost.ABORTED)
    async with working(cluster) as (committer, first, _):
        cluster.unread = 1
        assert await committer.publish(first)
        assert (cluster.epochs[HERE], cluster.open_logs) == (3, 1)


async def test_whoever_lost_the_lock_drops_everything_and_rejoins() -> None:
    cluster = FakeCluster(Fenced("taken"))
    async with working(cluster) as (committer, first, second):
        running = asyncio.gather(committer.publish(first), committer.publish(second))
        assert not any(await asyncio.wait_for(running, 10))
        assert not await asyncio.wait_for(committer.publish(second), 10)
    assert (cluster.transactions, cluster.rejoins) == ([], 1)


async def test_a_partition_that_the_group_took_away_is_not_locked_again() -> None:
    cluster = FakeCluster(Lost.ABORTED)
    async with working(cluster) as (committer, first, _):
        cluster.owns = False
        assert not await asyncio.wait_for(committer.publish(first), 10)
    assert (cluster.epochs[HERE], cluster.rejoins) == (1, 1)


async def test_an_error_that_nobody_expects_reaches_whoever_publishes() -> None:
    cluster = FakeCluster(ValueError("bug"))
    async with working(cluster) as (committer, first, second):
        for completion in (first, second):
            with pytest.raises(ValueError, match="bug"):
                await asyncio.wait_for(committer.publish(completion), 10)
    assert cluster.transactions == []


async def test_at_rest_the_markers_behind_the_last_record_are_passed_by(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_committer, "REST_S", 0.01)
    cluster = FakeCluster()
    async with working(cluster) as (committer, first, second):
        await asyncio.gather(committer.publish(first), committer.publish(second))
        cluster.tails[HERE] = Tail(after=2, position=9)
        await until(lambda: len(cluster.transactions) == 2)
    assert cluster.transactions[-1] == ((), HERE, Committed(9))


async def test_at_rest_nothing_is_committed_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(partition_committer, "REST_S", 0.01)
    cluster = FakeCluster()
    async with working(cluster) as (committer, first, second):
        await asyncio.gather(committer.publish(first), committer.publish(second))
        cluster.tails[HERE] = Tail(after=2, position=2)
        await asyncio.sleep(0.05)
    assert len(cluster.transactions) == 1


async def test_at_rest_a_transaction_that_hangs_is_ended_under_a_new_epoch(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_committer, "REST_S", 0.01)
    cluster = FakeCluster()
    async with working(cluster) as (committer, first, second):
        await committer.publish(first)
        cluster.hangs = True
        await until(lambda: cluster.epochs[HERE] == 2)
        await committer.publish(second)
    assert (cluster.hangs, cluster.rejoins) == (False, 0)
    assert [outputs for outputs, *_ in cluster.transactions] == [(b"0",), (b"1",)]


async def test_under_load_too_it_is_looked_for_from_time_to_time() -> None:
    cluster, clock = FakeCluster(), MockedClock()
    async with working(cluster, clock) as (committer, first, second):
        cluster.hangs = True
        await committer.publish(first)
        assert cluster.epochs[HERE] == 1
        clock.advance(partition_committer.VERIFY_S + 1)
        await committer.publish(second)
        await until(lambda: cluster.epochs[HERE] == 2)


async def test_brokers_that_cannot_tell_what_hangs_are_asked_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_committer, "REST_S", 0.01)
    cluster = FakeCluster()
    async with working(cluster) as (committer, first, _):
        cluster.hangs, cluster.unverified = True, 2
        await committer.publish(first)
        await until(lambda: cluster.epochs[HERE] == 2)
    assert cluster.unverified == 0


async def test_what_brokers_take_back_is_worked_on_again_after_a_rejoin(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_committer, "REST_S", 0.01)
    cluster = FakeCluster()
    async with working(cluster) as (committer, first, second):
        await committer.publish(first)
        del cluster.committed[HERE]
        cluster.hangs = True
        await until(lambda: cluster.rejoins)
        assert not await committer.publish(second)


async def test_a_transaction_that_takes_long_is_waiting_for_kafka(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(partition_committer, "SLOW_S", 0.01)
    cluster, health = FakeCluster(), Health()
    cluster.gate.clear()
    async with working(cluster, health=health) as (committer, first, _):
        running = asyncio.ensure_future(committer.publish(first))
        await until(lambda: health.facts()["waiting_for"] == ["kafka"])
        cluster.gate.set()
        assert await running
        assert health.facts()["waiting_for"] == []


async def test_results_that_keep_coming_are_gathered_for_a_moment() -> None:
    cluster, clock = FakeCluster(), MockedClock()
    cluster.gate.clear()
    async with working(cluster, clock) as (committer, first, second):
        running = [asyncio.ensure_future(committer.publish(first))]
        await until(lambda: cluster.asked)
        running.append(asyncio.ensure_future(committer.publish(second)))
        await asyncio.sleep(0)
        cluster.gate.set()
        await asyncio.gather(*running)
    assert clock.slept == [partition_committer.GATHER_S]
