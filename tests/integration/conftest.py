"""One real Kafka broker for all integration tests."""

import os
import uuid
from collections.abc import Callable, Iterator

import pytest

from agents.local.broker import LocalBroker

BOOTSTRAP_VARIABLE = "DAYBOOK_TEST_BOOTSTRAP"
"""Names a running Kafka to test against, in place of one that is started here."""


@pytest.fixture(scope="session")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBroker]:
    """Run a broker that no test may stop: one that does starts its own."""
    # Tethered: it ends with the tests, also if these are killed.
    broker = LocalBroker(tmp_path_factory.mktemp("kafka"), tethered=True)
    try:
        broker.start()
        yield broker
    finally:
        broker.stop()


@pytest.fixture(scope="session")
def bootstrap(request: pytest.FixtureRequest) -> str:
    """Return the address of Kafka, `host:port`."""
    given = os.environ.get(BOOTSTRAP_VARIABLE)
    if given:
        return given
    broker: LocalBroker = request.getfixturevalue("broker")
    return broker.start()


@pytest.fixture
def topic_name() -> Callable[[str], str]:
    """Make names that no other test has: `topic_name("audio")` is `audio-3f2a9c0d1e`."""
    return lambda prefix: f"{prefix}-{uuid.uuid4().hex[:10]}"
