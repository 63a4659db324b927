"""The broker that Daybook starts itself: started, killed, found again, started twice at once."""

import os
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from confluent_kafka import Consumer, Producer
from confluent_kafka.admin import AdminClient, NewTopic

from agents.errors import LocalBrokerError
from agents.local.broker import LocalBroker
from agents.local.kafka_tools import CONSUMER_GROUPS, run_tool
from agents.local.processes import free_port, free_ports


@pytest.fixture
def own_broker(tmp_path: Path) -> Iterator[LocalBroker]:
    broker = LocalBroker(tmp_path, tethered=True)
    yield broker
    broker.stop()


def write(bootstrap: str, topic: str, value: bytes) -> None:
    admin = AdminClient({"bootstrap.servers": bootstrap})
    admin.create_topics([NewTopic(topic, 1, 1)])[topic].result(timeout=10)
    producer = Producer({"bootstrap.servers": bootstrap, "acks": "all"})
    producer.produce(topic, value)
    assert producer.flush(10) == 0


def read(bootstrap: str, topic: str) -> bytes | None:
    consumer = Consumer(
        {"bootstrap.servers": bootstrap, "group.id": topic, "auto.offset.reset": "earliest"}
    )
    consumer.subscribe([topic])
    message = consumer.poll(20)
    consumer.close()
    return message.value() if message else None


def test_a_record_that_was_written_can_be_read(
    bootstrap: str, topic_name: Callable[[str], str]
) -> None:
    topic = topic_name("spoken")

    write(bootstrap, topic, b"hello")

    assert read(bootstrap, topic) == b"hello"


def test_records_and_the_address_outlive_a_kill(own_broker: LocalBroker) -> None:
    before = own_broker.start()
    write(before, "kept", b"still here")

    own_broker.kill()
    stale = own_broker.status()
    after = own_broker.start()

    assert (stale.state, after) == ("stopped", before)
    assert read(after, "kept") == b"still here"


def test_two_starts_at_once_give_one_broker(tmp_path: Path, own_broker: LocalBroker) -> None:
    # Not tethered: a tether is to the thread that starts the broker, and these are short-lived.
    brokers = [LocalBroker(tmp_path), LocalBroker(tmp_path)]
    with ThreadPoolExecutor(2) as pool:
        addresses = list(pool.map(LocalBroker.start, brokers))

    assert addresses[0] == addresses[1]
    assert own_broker.status().state == "ready"
    assert own_broker.stop()
    assert own_broker.status().state == "stopped"


def test_a_port_that_another_kafka_took_is_left_to_it(
    broker: LocalBroker, own_broker: LocalBroker, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = broker.start()
    pairs = iter([(int(taken.rpartition(":")[2]), free_port()), free_ports(2)])
    monkeypatch.setattr("agents.local.broker.free_ports", lambda _count: next(pairs))

    assert own_broker.start() != taken


def test_a_pid_that_another_program_got_is_no_broker(own_broker: LocalBroker) -> None:
    own_broker.folder.mkdir(parents=True)
    (own_broker.folder / "broker.json").write_text(
        '{"bootstrap": "127.0.0.1:1", "version": "4.3.1", "since": 1.5, "ports": [1, 2],'
        f'"process": {{"pid": {os.getpid()}, "started": "another time"}}}}'
    )

    assert own_broker.status().state == "stopped"
    assert not own_broker.stop()


def test_a_broker_that_cannot_start_says_why(tmp_path: Path) -> None:
    broker = LocalBroker(tmp_path, overrides={"num.io.threads": "none"})

    with pytest.raises(LocalBrokerError, match=r"num\.io\.threads"):
        broker.start()


def test_kafkas_own_tools_run_with_the_same_jars(bootstrap: str) -> None:
    shown = run_tool(CONSUMER_GROUPS, "--bootstrap-server", bootstrap, "--list")

    assert (shown.returncode, shown.stderr) == (0, "")
