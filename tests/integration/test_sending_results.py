"""Results leave in batches of our own making, and lie where any Kafka client would put them."""

from collections.abc import AsyncIterator, Callable

import pytest
from confluent_kafka import Producer

from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.kafka.offset_metadata import Committed
from agents.kafka.partition_log import LogContext, PartitionLog
from agents.kafka.transactional_log import TransactionalLog
from tests.support.dead_letters import own_topics, read

MAX_BYTES = 1 << 20


@pytest.fixture
def client(bootstrap: str) -> dict[str, object]:
    return {"bootstrap.servers": bootstrap, "log_level": 0}


@pytest.fixture
def topics(client: dict[str, object], topic_name: Callable[[str], str]) -> tuple[str, str]:
    made = own_topics(client, topic_name, partitions=5)
    return made.name, made.redrive.name


@pytest.fixture
async def partition_log(
    bootstrap: str, topics: tuple[str, str], topic_name: Callable[[str], str]
) -> AsyncIterator[PartitionLog]:
    context = LogContext(group=topic_name("group"), stage="transcriber", topics=topics)
    transactional_log = TransactionalLog(
        {"bootstrap_servers": bootstrap}, context, max_request_bytes=MAX_BYTES
    )
    partition_log = await transactional_log.open(Partition(topics[1], 0))
    yield partition_log
    await partition_log.stop()
    await transactional_log.close()


async def test_keys_lie_where_other_clients_put_them(
    client: dict[str, object], topics: tuple[str, str], partition_log: PartitionLog
) -> None:
    ours, theirs = topics
    keys = [f"käthe/{number}".encode() for number in range(100)]
    outputs = [Output(topic=ours, key=key, value=b"v", headers=(("h", b"1"),)) for key in keys]
    await partition_log.transact(outputs, Committed(1))
    producer = Producer({**client, "partitioner": "murmur2_random"})
    for key in keys:
        producer.produce(theirs, b"v", key)
    producer.flush(30)
    found = {record.key: record for record in read(client, ours)}
    assert {key: record.partition.partition for key, record in found.items()} == {
        record.key: record.partition.partition for record in read(client, theirs)
    }
    assert {tuple(record.headers) for record in found.values()} == {(("h", b"1"),)}


async def test_what_fills_several_batches_keeps_its_order(
    client: dict[str, object], topics: tuple[str, str], partition_log: PartitionLog
) -> None:
    topic, _ = topics
    values = [f"{number} ".encode() * 50_000 for number in range(20)]
    await partition_log.transact(
        [Output(topic=topic, key=b"k", value=value) for value in values], Committed(1)
    )
    assert [record.value for record in read(client, topic)] == values


async def test_what_is_too_large_publishes_nothing(
    client: dict[str, object], topics: tuple[str, str], partition_log: PartitionLog
) -> None:
    topic, _ = topics
    outputs = [
        Output(topic=topic, key=b"k", value=value) for value in (b"small", b"x" * (MAX_BYTES + 1))
    ]
    with pytest.raises(DependencyUnavailable, match="MessageSizeTooLarge"):
        await partition_log.transact(outputs, Committed(1))
    await partition_log.stop()
    assert list(read(client, topic)) == []
