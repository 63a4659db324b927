"""Workers that start before the broker, are killed, or are told to stop."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from agents.demo import recordings
from agents.local.broker import LocalBroker
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.pipeline import Pipeline, clean_environment, eventually

Start = Callable[..., subprocess.Popen[bytes]]


@pytest.fixture
def start_worker(tmp_path: Path) -> Iterator[Start]:
    """Start workers by hand; what still runs at the end is killed."""
    started: list[subprocess.Popen[bytes]] = []

    def start(agent: str, part: str, **settings: str) -> subprocess.Popen[bytes]:
        env = clean_environment() | {
            "DAYBOOK_STATE_DIR": str(tmp_path / "state"),
            "DAYBOOK_CONFIG": os.devnull,
            **settings,
        }
        command = [sys.executable, "-m", "agents.cli.main", "worker", agent, "--part", part]
        with (tmp_path / f"{part}.log").open("wb") as log:
            started.append(subprocess.Popen(command, env=env, stdout=log, stderr=log))
        return started[-1]

    yield start
    for worker in started:
        worker.kill()
        worker.wait()


def probe(folder: Path, part: str, path: str) -> tuple[int, dict[str, Any]] | None:
    """Ask a worker's health server; None while there is none."""
    said = folder / "state" / "run" / f"{part}.json"
    if not said.exists():
        return None
    connection = HTTPConnection("127.0.0.1", json.loads(said.read_text())["health_port"], timeout=5)
    try:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    except OSError:
        return None
    finally:
        connection.close()


def ready(folder: Path, part: str) -> bool | None:
    answer = probe(folder, part, "/readyz")
    return True if answer is not None and answer[0] == 200 else None


def test_a_worker_that_starts_before_the_broker_waits_and_says_so(
    tmp_path: Path, start_worker: Start
) -> None:
    broker = LocalBroker(tmp_path / "late", tethered=True)
    address = broker.start()
    Pipeline(tmp_path / "cli", kafka_bootstrap=address).ok("topics", "apply", "--yes")
    broker.stop()
    start_worker("diarist", "early", DAYBOOK_KAFKA_BOOTSTRAP=address)

    def waits() -> bool | None:
        answer = probe(tmp_path, "early", "/livez")
        return True if answer and answer[1]["waiting_for"] == ["kafka"] else None

    eventually(waits, within_s=30, what="a worker that says what it waits for")
    assert probe(tmp_path, "early", "/readyz")[0] == 503  # type: ignore[index]  # it has answered
    try:
        assert broker.start() == address
        eventually(lambda: ready(tmp_path, "early"), within_s=60, what="a ready worker")
    finally:
        broker.stop()


def test_a_worker_that_starts_before_its_topics_waits_and_says_for_which(
    tmp_path: Path, start_worker: Start
) -> None:
    broker = LocalBroker(tmp_path / "bare", tethered=True)
    try:
        address = broker.start()
        start_worker("diarist", "first", DAYBOOK_KAFKA_BOOTSTRAP=address)

        def waits() -> bool | None:
            answer = probe(tmp_path, "first", "/livez")
            return set_or_none(bool(answer and "topic " in "".join(answer[1]["waiting_for"])))

        eventually(waits, within_s=60, what="a worker that says what it waits for")
        assert "`daybook topics apply --yes` makes it" in (tmp_path / "first.log").read_text()
        Pipeline(tmp_path / "cli", kafka_bootstrap=address).ok("topics", "apply", "--yes")
        eventually(lambda: ready(tmp_path, "first"), within_s=60, what="a ready worker")
    finally:
        broker.stop()


def test_a_worker_told_to_stop_exits_0(
    bootstrap: str, pipeline: Pipeline, tmp_path: Path, start_worker: Start
) -> None:
    assert pipeline.parts()
    worker = start_worker("diarist", "stopping", DAYBOOK_KAFKA_BOOTSTRAP=bootstrap)
    eventually(lambda: ready(tmp_path, "stopping"), within_s=60, what="a ready worker")
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=40) == 0


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
