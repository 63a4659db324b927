"""Brokers of a test's own: no other workers are in the groups of these."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from agents.local.broker import LocalBroker
from benchmarks.chaos.cluster import apply_topics
from tests.support.foreign import ForeignProducer
from tests.support.outcomes import Outcomes
from tests.support.worker_processes import HandRun


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Brokers with our topics, and everybody around them."""

    run: HandRun
    producer: ForeignProducer
    outcomes: Outcomes

    def send(self, recording_id: str, name: str | None = None) -> str:
        """Announce a recording, whose file may come later; return its id."""
        uri = (self.run.audio_dir / (name or recording_id)).as_uri()
        return self.producer.send_json(user_id="ada", audio_uri=uri, recording_id=recording_id)

    def send_heard(self, recording_id: str) -> str:
        """Announce a recording whose file is there for a held transcriber."""
        self.run.give_bytes(b"sound", recording_id)
        return self.send(recording_id)


OpenRun = Callable[[str], HandRun]
OpenSite = Callable[[str], Site]


@pytest.fixture
def open_run(tmp_path: Path) -> Iterator[OpenRun]:
    """Start workers on brokers by hand, until the end of the test."""
    with ExitStack() as stack:

        def open_one(bootstrap: str) -> HandRun:
            run = HandRun(tmp_path / "run", kafka_bootstrap=bootstrap, session_timeout_s="3")
            stack.callback(run.kill_all)
            return run

        yield open_one


@pytest.fixture
def open_site(open_run: OpenRun) -> Iterator[OpenSite]:
    """Make topics of one partition on brokers, and give everybody around them."""
    with ExitStack() as stack:

        def open_one(bootstrap: str) -> Site:
            apply_topics(bootstrap, partitions=1)
            return Site(
                run=open_run(bootstrap),
                producer=ForeignProducer(bootstrap),
                outcomes=stack.enter_context(closing(Outcomes(bootstrap))),
            )

        yield open_one


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[LocalBroker]:
    """Run a broker, which a test may stop and start again."""
    broker = LocalBroker(tmp_path / "kafka", tethered=True)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop(grace_s=5)


@pytest.fixture
def site(broker: LocalBroker, open_site: OpenSite) -> Site:
    """Give a site with topics of one partition on a broker of its own."""
    return open_site(broker.start())
