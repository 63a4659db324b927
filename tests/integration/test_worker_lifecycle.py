"""Workers that start before the broker, are killed, or are told to stop."""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from agents.demo import recordings
from agents.local.broker import LocalBroker
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import Pipeline, eventually
from tests.support.worker_processes import PRODUCT, HandRun, WorkerProcess

Start = Callable[[str], WorkerProcess]
READY_S = 60.0
"""Longest time until a worker is ready once nothing is missing, in seconds."""


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Start]:
    """Start a diarist on brokers by hand; what still runs at the end is killed."""
    with ExitStack() as stack:

        def start(bootstrap: str) -> WorkerProcess:
            run = HandRun(tmp_path / "run", kafka_bootstrap=bootstrap)
            stack.callback(run.kill_all)
            return run.start(PRODUCT, "diarist")

        yield start


def test_a_worker_that_starts_before_the_broker_waits_and_says_so(
    tmp_path: Path, start_worker: Start
) -> None:
    broker = LocalBroker(tmp_path / "late", tethered=True)
    address = broker.start()
    Pipeline(tmp_path / "cli", kafka_bootstrap=address).ok("topics", "apply", "--yes")
    broker.stop()
    worker = start_worker(address)
    assert worker.await_waiting_for("kafka", within_s=30).status == 503
    try:
        assert broker.start() == address
        worker.await_ready(within_s=READY_S)
    finally:
        broker.stop()


def test_a_worker_that_starts_before_its_topics_waits_and_says_for_which(
    tmp_path: Path, start_worker: Start
) -> None:
    broker = LocalBroker(tmp_path / "bare", tethered=True)
    try:
        address = broker.start()
        worker = start_worker(address)

        def waits() -> bool | None:
            answer = worker.probe("/livez")
            return set_or_none(bool(answer and "topic " in "".join(answer.waiting_for)))

        eventually(waits, within_s=60, what="a worker that says what it waits for")
        said = (tmp_path / "run" / "diarist-0.log").read_text()
        assert "`daybook topics apply --yes` makes it" in said
        Pipeline(tmp_path / "cli", kafka_bootstrap=address).ok("topics", "apply", "--yes")
        worker.await_ready(within_s=READY_S)
    finally:
        broker.stop()


@pytest.mark.usefixtures("pipeline")
def test_a_worker_told_to_stop_exits_0(bootstrap: str, start_worker: Start) -> None:
    worker = start_worker(bootstrap)
    worker.await_ready(within_s=READY_S)
    assert worker.stop() == 0


def test_a_killed_transcriber_loses_no_recording(bootstrap: str, pipeline: Pipeline) -> None:
    producer = ForeignProducer(bootstrap)
    uri = pipeline.give(recordings()[0].path)
    with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
        sent = {producer.send_json(user_id="killed", audio_uri=uri) for _ in range(40)}
        consumer.wait_for(lambda one: one.key().decode() in sent, within_s=60, count=3)
        os.kill(pipeline.parts()["transcriber"]["process"]["pid"], signal.SIGKILL)
        eventually(
            lambda: set_or_none(sent <= keys_seen(consumer)), within_s=120, what="all transcripts"
        )


def set_or_none(value: bool) -> bool | None:  # noqa: FBT001 - a plain conversion
    return value or None


def keys_seen(consumer: ForeignConsumer) -> set[str]:
    """Take what has come by now; return the keys of everything seen."""
    consumer.take()
    return {message.key().decode() for message in consumer.seen}
