"""What a person wishes reaches every worker by way of a real broker."""

import asyncio
import json
import time
import uuid
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from confluent_kafka.admin import AdminClient, NewPartitions, NewTopic

from agents.demo import recordings
from agents.health import Health
from agents.kafka import whole_table
from agents.kafka.user_settings import open_user_settings
from agents.kafka.whole_table import WholeTable
from agents.local.broker import LocalBroker
from agents.wiring import worker_host
from schemas import UserSettings, without_wishes
from schemas.avro import FileSchemas
from tests.support.foreign import ForeignConsumer, ForeignProducer
from tests.support.kafka_settings import kafka_settings
from tests.support.pipeline import Pipeline

TOPIC = "users.settings"
SOON_S = 30.0


async def soon(condition: Callable[[], object]) -> None:
    deadline = time.monotonic() + SOON_S
    while not condition():
        assert time.monotonic() < deadline, "what was waited for did not happen"
        await asyncio.sleep(0.05)


async def wish(pipeline: Pipeline, user: str, *options: str) -> None:
    await asyncio.to_thread(pipeline.ok, "user", "set", "--user", user, *options)


async def test_what_the_command_line_writes_is_seen_by_workers_that_run(
    bootstrap: str, pipeline: Pipeline
) -> None:
    user = f"wisher-{uuid.uuid4().hex}"
    await wish(pipeline, user, "--name", "Siobhán", "--language", "de")
    host = worker_host(kafka_settings(kafka_bootstrap=bootstrap), Health(), FileSchemas())
    async with open_user_settings(host) as wishes:
        assert (wishes.of("default", user).names, wishes.of("default", user).language) == (
            ("Siobhán",),
            "de",
        )
        await wish(pipeline, user, "--name", "Jörg", "--day-start", "05:30")
        await soon(lambda: wishes.of("default", user).day_start == "05:30")
        assert wishes.of("default", user).names == ("Siobhán", "Jörg")
        shown = json.loads(pipeline.ok("user", "show", "--user", user, "--json"))
        assert (shown["names"], shown["language"]) == (["Siobhán", "Jörg"], "de")

        foreign = json.dumps({"user_id": user, "names": ["Aoife"]}).encode()
        ForeignProducer(bootstrap).send_bytes(foreign, key=f"default/{user}", topic=TOPIC)
        await soon(lambda: wishes.of("default", user).names == ("Aoife",))

        await wish(pipeline, user, "--reset", "--yes")
        await soon(lambda: wishes.of("default", user) == without_wishes("default", user))


def test_a_recording_belongs_to_the_day_that_its_person_is_still_in(
    bootstrap: str, pipeline: Pipeline
) -> None:
    late, early = (f"{name}-{uuid.uuid4().hex}" for name in ("late", "early"))
    pipeline.ok("user", "set", "--user", late, "--day-start", "06:00", "--name", "Ben")
    uri = pipeline.give(recordings()[0].path)
    with ForeignConsumer(bootstrap, ["transcripts.ready"]) as consumer:
        producer = ForeignProducer(bootstrap)
        ids = [
            producer.send_json(user_id=user, audio_uri=uri, recorded_at="2026-11-19T05:00:00Z")
            for user in (late, early)
        ]
        found = [consumer.wait_for_event("transcripts.ready", one) for one in ids]
    assert [one["diary_date"] for one in found] == [date(2026, 11, 18), date(2026, 11, 19)]
    # The bundled model was not taught to follow prompts: names must not harm its texts.
    assert found[0]["segments"] == found[1]["segments"]


def a_table(bootstrap: str, topic: str) -> WholeTable[UserSettings]:
    client: dict[str, object] = {"bootstrap.servers": bootstrap, "log_level": 2}
    return WholeTable(UserSettings, topic, client_settings=client, schemas=FileSchemas())


def tell(bootstrap: str, topic: str, user: str, name: str) -> None:
    value = json.dumps({"user_id": user, "names": [name]}).encode()
    ForeignProducer(bootstrap).send_bytes(value, key=f"default/{user}", topic=topic)


def create(bootstrap: str, topic: str) -> AdminClient:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    config = {"cleanup.policy": "compact"}
    admin.create_topics([NewTopic(topic, 1, 1, config=config)])[topic].result(timeout=10)
    return admin


async def test_partitions_that_are_added_are_followed_too(
    bootstrap: str, topic_name: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(whole_table, "ADDED_AFTER_S", 0.2)
    topic = topic_name("wishes")
    admin = create(bootstrap, topic)
    tell(bootstrap, topic, "first", "A")
    async with a_table(bootstrap, topic).following(Health()) as table:
        admin.create_partitions([NewPartitions(topic, 4)])[topic].result(timeout=10)
        users = [f"user-{number}" for number in range(12)]
        for user in users:
            tell(bootstrap, topic, user, "B")
        await soon(lambda: all(table.get(f"default/{user}") for user in users))
        assert names(table, "first") == ("A",)


async def test_while_the_broker_is_away_what_was_known_stays_and_then_it_goes_on(
    tmp_path: Path,
) -> None:
    broker = LocalBroker(tmp_path, tethered=True)
    bootstrap = await asyncio.to_thread(broker.start)
    try:
        create(bootstrap, "wishes")
        tell(bootstrap, "wishes", "ana", "A")
        async with a_table(bootstrap, "wishes").following(Health()) as table:
            await asyncio.to_thread(broker.kill)
            assert names(table) == ("A",)
            assert await asyncio.to_thread(broker.start) == bootstrap
            await asyncio.to_thread(tell, bootstrap, "wishes", "ana", "B")
            await soon(lambda: names(table) == ("B",))
    finally:
        await asyncio.to_thread(broker.stop)


def names(table: WholeTable[UserSettings], user: str = "ana") -> tuple[str, ...] | None:
    found = table.get(f"default/{user}")
    return None if found is None else found.names
