"""What moves between workers when one of them is restarted."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from confluent_kafka import KafkaException, TopicPartition
from confluent_kafka.admin import AdminClient

from agents.local.broker import LocalBroker
from tests.support.pipeline import Pipeline, eventually
from tests.support.worker_processes import PRODUCT, HandRun, WorkerProcess

GROUP = "daybook.diarist"
PLACES = 36
"""Partitions that the group reads: 12 of its topic, 12 of redrives to it, and 12 of upgrades."""

Start = Callable[..., WorkerProcess]
Places = frozenset[tuple[str, int]]


@pytest.fixture
def kafka(tmp_path: Path) -> Iterator[str]:
    """Run a broker whose groups are these tests' own; return its address."""
    broker = LocalBroker(tmp_path / "kafka", tethered=True)
    try:
        address = broker.start()
        Pipeline(tmp_path / "cli", kafka_bootstrap=address).ok("topics", "apply", "--yes")
        yield address
    finally:
        broker.stop()


@pytest.fixture
def start(tmp_path: Path, kafka: str) -> Iterator[Start]:
    """Start diarists that are ready; what still runs at the end is killed."""
    started: list[HandRun] = []

    def start(**settings: str) -> WorkerProcess:
        folder = tmp_path / f"worker-{len(started)}"
        started.append(HandRun(folder, kafka_bootstrap=kafka, session_timeout_s="60", **settings))
        worker = started[-1].start(PRODUCT, "diarist")
        worker.await_ready()
        return worker

    yield start
    for each in started:
        each.kill_all()


def assigned(admin: AdminClient, *, workers: int) -> dict[str, Places] | None:
    """Return who has what, by instance or member, once all is given to so many workers."""
    try:
        described = admin.describe_consumer_groups([GROUP], request_timeout=5)[GROUP].result()
    except KafkaException:
        return None
    found = {
        member.group_instance_id or member.member_id: _places(member.assignment.topic_partitions)
        for member in described.members
    }
    shared = sum(len(places) for places in found.values())
    return found if len(found) == workers and shared == PLACES and all(found.values()) else None


def _places(partitions: list[TopicPartition]) -> Places:
    return frozenset((one.topic, one.partition) for one in partitions)


def settled(kafka: str, *, workers: int) -> dict[str, Places]:
    """Wait until so many workers share everything."""
    admin = AdminClient({"bootstrap.servers": kafka})
    what = f"{workers} workers that share {PLACES} partitions"
    return eventually(lambda: assigned(admin, workers=workers), within_s=90, what=what)


def test_a_worker_that_goes_leaves_the_others_what_they_have_and_one_that_comes_gets_its_share(
    kafka: str, start: Start
) -> None:
    leaving = start()
    start()
    start()
    before = settled(kafka, workers=3)
    assert leaving.stop() == 0
    without = settled(kafka, workers=2)
    assert all(before[member] <= places for member, places in without.items())
    start()
    after = settled(kafka, workers=3)
    assert {len(places) for places in after.values()} == {PLACES // 3}


def test_a_worker_with_a_name_of_its_own_gets_back_what_it_had(kafka: str, start: Start) -> None:
    """Within the session nothing of it moves."""
    first = start(group_instance_id="diarist-0")
    start(group_instance_id="diarist-1")
    before = settled(kafka, workers=2)
    assert first.stop() == 0
    assert settled(kafka, workers=2) == before
    start(group_instance_id="diarist-0")
    assert settled(kafka, workers=2) == before
