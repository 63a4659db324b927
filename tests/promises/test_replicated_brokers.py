"""Three brokers, of which two must have a record: with two away nothing is published or lost."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

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


def freeze_two(brokers: ThreeBrokers) -> set[int]:
    """Freeze two of the three; which ones is chance."""
    frozen: set[int] = set()
    while len(frozen) < 2:
        number = brokers.stall_one()  # not always willing to take a second one
        frozen |= set() if number is None else {number}
    return frozen


def test_with_too_few_replicas_nothing_is_published_and_nothing_is_lost(
    brokers: ThreeBrokers, open_site: OpenSite
) -> None:
    site = open_site(brokers.bootstrap)
    worker = site.run.start(HELD)
    for name in RECORDINGS:
        site.send(name)
    site.outcomes.await_that(
        "all in work",
        lambda: all(map(site.outcomes.times_begun, RECORDINGS)),
        within_s=WITHIN_S,
    )
    frozen = freeze_two(brokers)
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
