"""An agent's plain function becomes a worker; nothing is connected before it runs."""

from collections.abc import Sequence
from typing import Any

import pytest

from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.fold_delivery import FoldDelivery
from agents.health import Health
from agents.kafka.host import Pages, WorkerHost
from agents.kafka.worker import Worker
from schemas import AudioReceived, DiaryReady, Event
from schemas.avro import FileSchemas
from tests.support.builders import a_diary
from tests.support.kafka_settings import kafka_settings
from tests.support.records import a_record_of
from tests.support.work import TOPICS
from topics.catalogue import load


class FakeTable:
    """A table of one record."""

    def __init__(self, value: bytes | None = None) -> None:
        self.closed = False
        self._value = value

    async def get(self, key: bytes) -> bytes | None:
        return self._value if key == b"default/ada/2026-11-18" else None

    async def close(self) -> None:
        self.closed = True


@pytest.fixture
def host() -> WorkerHost:
    return WorkerHost(
        settings=kafka_settings(drain_s=3.0, in_flight=5),
        catalogue=load(),
        schemas=FileSchemas(),
        health=Health(),
        event_topics=TOPICS,
    )


async def nothing(_event: object, _job: object) -> Sequence[Event]:
    return ()


async def end(worker: Worker) -> None:
    await worker.delivery.drain(0)
    await worker.close()


async def test_a_stage_is_named_after_its_agent(host: WorkerHost) -> None:
    stage = host.stage("transcriber", AudioReceived)
    assert (stage.group, stage.topics, stage.in_flight) == (
        "daybook.transcriber",
        ("audio.received", "daybook.transcriber.redrive"),
        5,
    )
    assert host.stage("daily", DiaryReady, in_flight=9).in_flight == 9


async def test_a_worker_runs_one_agent_on_the_stages_topic(host: WorkerHost) -> None:
    worker = host.unordered(host.stage("transcriber", AudioReceived), nothing)
    assert isinstance(worker.delivery, UnorderedDelivery)
    assert (worker.app.conf.id, worker.drain_s) == ("daybook.transcriber", 3.0)
    assert list(worker.app.agents) == ["daybook.transcriber.agent"]
    assert worker.failed is worker.delivery.in_flight.failed
    await end(worker)


async def test_dead_letters_and_limits_come_from_the_catalogue(host: WorkerHost) -> None:
    worker = host.unordered(host.stage("transcriber", AudioReceived), nothing)
    assert isinstance(worker.delivery, UnorderedDelivery)
    context = worker.delivery._work.context
    assert context.dead_letter_topic("audio.received") == "dlq.daybook.transcriber.audio.received"
    limit = load().transcripts_ready.max_message_bytes
    assert context.max_bytes("transcripts.ready") == limit
    await end(worker)


async def test_a_folding_worker_may_publish_larger_pages(host: WorkerHost) -> None:
    table: Any = FakeTable()
    worker = host.folding(host.stage("daily", DiaryReady), nothing, table)
    assert isinstance(worker.delivery, FoldDelivery)
    committer = worker.app.transport._listener.committer
    assert committer._context.transactional_log._settings["max_request_size"] == 8 << 20
    assert worker.app.co_partitioned
    await end(worker)
    assert table.closed


async def test_a_page_is_found_by_its_key() -> None:
    entry = a_diary(event_id="e-1")
    table: Any = FakeTable(a_record_of(entry).value)
    pages = Pages(table, DiaryReady, FileSchemas())
    assert await pages.get("default/ada/2026-11-18") == entry
    assert await pages.get("default/ada/2026-11-19") is None
