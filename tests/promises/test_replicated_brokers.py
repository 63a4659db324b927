"""Three brokers: while fewer have a record than must have it, nothing is published or lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from confluent_kafka.admin import (
    AdminClient,
    AlterConfigOpType,
    ConfigEntry,
    ConfigResource,
    ResourceType,
)

from benchmarks.chaos.three_brokers import ThreeBrokers
from tests.promises.conftest import OpenSite
from tests.support.worker_processes import HELD

RECORDINGS = [f"recording-{number}" for number in range(12)]
"""Fewer than a worker works on at once."""
WITHIN_S = 90.0


@pytest.fixture
def brokers(tmp_path: Path) -> Iterator[ThreeBrokers]:
    brokers = ThreeBrokers(tmp_path)
    try:
        yield brokers
    finally:
        brokers.close()


def freeze(brokers: ThreeBrokers, count: int) -> set[int]:
    """Freeze *count* of the three; which ones is chance."""
    frozen: set[int] = set()
    while len(frozen) < count:
        number = brokers.stall_one()  # not always willing to take a second one
        frozen |= set() if number is None else {number}
    return frozen


def demand_all(brokers: ThreeBrokers, topic: str) -> None:
    """Let all three brokers have to have a record of *topic*."""
    entry = ConfigEntry("min.insync.replicas", "3", incremental_operation=AlterConfigOpType.SET)
    resource = ConfigResource(ResourceType.TOPIC, topic, incremental_configs=[entry])
    admin = AdminClient({"bootstrap.servers": brokers.bootstrap, "log_level": 0})
    for answer in admin.incremental_alter_configs([resource]).values():
        answer.result(30)


@pytest.mark.parametrize("away", [2, 1])
def test_with_too_few_replicas_nothing_is_published_and_nothing_is_lost(
    brokers: ThreeBrokers, open_site: OpenSite, away: int
) -> None:
    site = open_site(brokers.bootstrap)
    if away == 1:  # the two others are a quorum: only this topic cannot be written to
        demand_all(brokers, "transcripts.ready")
    worker = site.run.start(HELD)
    for name in RECORDINGS:
        site.send(name)
    site.outcomes.await_that(
        "all in work",
        lambda: all(map(site.outcomes.times_begun, RECORDINGS)),
        within_s=WITHIN_S,
    )
    frozen = freeze(brokers, away)
    for name in RECORDINGS:
        site.run.give_bytes(b"sound", name)
    assert worker.await_waiting_for("kafka").status == 503
    assert site.outcomes.keys == Counter()

    for number in frozen:
        brokers.resume(number)
    site.outcomes.await_keys(RECORDINGS, within_s=WITHIN_S)
    assert worker.stop() == 0  # whatever it would still have repeated is out now
    site.outcomes.read_to_end()
    assert Counter(one.key for one in site.outcomes.transcripts) == Counter(RECORDINGS)
    assert site.outcomes.letters == []
