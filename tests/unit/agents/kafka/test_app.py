"""From Faust's stream into our delivery, without a broker."""

from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any

from faust.types import TP

from agents.delivery.record import Partition, Record
from agents.delivery.stage import Stage
from agents.health import Health
from agents.kafka.app import attach, create_app
from agents.kafka.assignment import Assignment
from agents.kafka.bundle import RECORDS_MAX, Bundle, in_turns
from agents.kafka.transport import Transport
from schemas import AudioReceived
from tests.support.clock import MockedClock
from tests.support.kafka_settings import kafka_settings
from tests.support.records import HERE
from tests.support.transactional_log import FakeCluster, a_committer

STAGE = Stage(
    name="transcriber",
    group="daybook.transcriber",
    event_type=AudioReceived,
    topics=("audio.received",),
    in_flight=4,
)


class RecordingDelivery:
    """Keeps what it is given, and counts the room it has given out."""

    def __init__(self) -> None:
        self.delivered: list[Record] = []
        self.room_taken = 0

    async def admit(self) -> None:
        self.room_taken += 1

    def dismiss(self) -> None:
        self.room_taken -= 1

    def deliver(self, record: Record) -> None:
        self.delivered.append(record)

    async def drain(self, grace_s: float) -> int:
        return int(grace_s)


class Stream:
    """Faust's stream, as far as it is used."""

    def __init__(self, messages: Sequence[Any]) -> None:
        self._messages = messages

    async def events(self) -> AsyncIterator[Any]:
        for message in self._messages:
            yield SimpleNamespace(message=message)


def a_bundle(*offsets: int, partition: int = 0, epoch: int = 3) -> Bundle:
    """Build what the consumer makes of records that aiokafka fetched."""
    records = [
        SimpleNamespace(
            offset=offset,
            timestamp=1_763_467_200_500,
            timestamp_type=0,
            key=b"k",
            value=b"v",
            headers=(("h", b"1"),),
        )
        for offset in offsets
    ]
    return Bundle(TP("audio.received", partition), records, epoch)


def an_assignment() -> Assignment:
    """Build one that is told of nothing here."""
    return Assignment("transcriber", None, Health(), MockedClock())


async def consumed(*messages: Any) -> RecordingDelivery:
    delivery, committer = RecordingDelivery(), a_committer(FakeCluster())
    app = create_app(kafka_settings(), STAGE, listener=an_assignment())
    await committer.fence([HERE])
    committer.begin()
    attach(app, STAGE, delivery, committer)
    app.consumer = SimpleNamespace(epoch=3)
    (agent,) = app.agents.values()
    await agent.fun(Stream(messages))
    await committer.release()
    return delivery


async def test_the_records_of_a_bundle_arrive_one_by_one() -> None:
    delivery = await consumed(a_bundle(5, 7))
    assert delivery.delivered == [
        Record(
            partition=Partition("audio.received", 0),
            offset=offset,
            timestamp_ms=1_763_467_200_500,
            key=b"k",
            value=b"v",
            headers=(("h", b"1"),),
        )
        for offset in (5, 7)
    ]


async def test_what_came_before_the_rebalance_or_came_twice_is_dismissed() -> None:
    delivery = await consumed(
        a_bundle(0), a_bundle(1, epoch=2), a_bundle(0), a_bundle(1, partition=7)
    )
    assert ([one.offset for one in delivery.delivered], delivery.room_taken) == ([0], 1)


def test_partitions_take_turns_and_none_is_left_out() -> None:
    fetched = {"a": range(RECORDS_MAX + 1), "b": range(2), "c": ()}
    assert list(in_turns(fetched)) == [
        ("a", range(RECORDS_MAX)),
        ("b", range(2)),
        ("a", range(RECORDS_MAX, RECORDS_MAX + 1)),
    ]


async def test_the_app_is_told_the_sessions_of_the_settings() -> None:
    settings = kafka_settings(kafka_bootstrap="a:1, b:2", session_timeout_s=6.0)
    app = create_app(settings, STAGE, listener=an_assignment())
    assert [str(url) for url in app.conf.broker] == ["aiokafka://a:1", "aiokafka://b:2"]
    assert (app.conf.broker_session_timeout, app.conf.broker_heartbeat_interval) == (6.0, 1.0)
    assert app.conf.broker_request_timeout > app.conf.broker_rebalance_timeout
    assert isinstance(app.transport, Transport)
    assert app.conf.consumer_metadata_max_age_ms <= 10_000


async def test_only_a_stopping_app_drains() -> None:
    drained = []

    async def drain() -> None:
        drained.append(True)

    app = create_app(kafka_settings(), STAGE, listener=an_assignment())
    app.drain = drain
    await app._consumer_wait_empty(None, None)
    assert drained == []
    app._stopped.set()
    await app._consumer_wait_empty(None, None)
    assert drained == [True]
