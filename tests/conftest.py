"""One real Kafka broker, and one running pipeline on it, for all tests that need them."""

import os
import signal
import sys
import uuid
from collections.abc import Callable, Iterator

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

import agents.transcriber.engines  # noqa: F401 - says how CTranslate2 multiplies, before it is loaded
from agents.local.broker import LocalBroker
from tests.support.pipeline import Pipeline, running_pipeline

# How long an example takes says something of the machine, not of the code.
hypothesis_settings.register_profile(
    "ours", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("ours")

BOOTSTRAP_VARIABLE = "DAYBOOK_TEST_BOOTSTRAP"
"""Names a running Kafka to test against, in place of one that is started here."""


pytest.register_assert_rewrite("tests.support.engine_contract")


def pytest_configure() -> None:
    """Hear interrupts as in a terminal: who runs tests in the background has them ignored."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGHUP, signal.SIG_DFL)


@pytest.fixture(scope="session", autouse=True)
def compiled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Let processes that tests start keep what they compile, also where that is forbidden here.

    Or else each worker and each verb compiles everything anew, which takes longer than its work.
    """
    with pytest.MonkeyPatch.context() as patch:
        if sys.dont_write_bytecode:
            patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
            patch.setenv("PYTHONPYCACHEPREFIX", str(tmp_path_factory.mktemp("compiled")))
        yield


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


@pytest.fixture(scope="session")
def pipeline(bootstrap: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pipeline]:
    """Run the three agents on the broker; days are written sooner than they are for people."""
    with running_pipeline(
        tmp_path_factory.mktemp("pipeline"), kafka_bootstrap=bootstrap, daily_debounce_s="0.5"
    ) as running:
        yield running
