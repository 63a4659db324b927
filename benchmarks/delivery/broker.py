"""The broker of a run, on a core of its own, and its topics."""

import os
from collections.abc import Collection, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

from confluent_kafka import Producer
from confluent_kafka.admin import AdminClient, NewTopic

from agents.local.broker import LocalBroker
from agents.local.processes import await_true
from benchmarks.delivery.records import Sample

QUIET = 2
"""librdkafka's log level: that the broker goes at the end is no news."""


@contextmanager
def on_cores(cores: Collection[int]) -> Iterator[None]:
    """Have programs that this thread starts inside run on *cores* alone."""
    former = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        yield
    finally:
        os.sched_setaffinity(0, former)


class Broker:
    """One real Kafka broker, which lives as long as this object is used."""

    def __init__(self, folder: Path, core: int) -> None:
        # A tethered broker ends with the thread that starts it.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="broker")
        self._broker = LocalBroker(folder, tethered=True)
        self.bootstrap = self._thread.submit(self._start, core).result()
        self._admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": QUIET})

    def _start(self, core: int) -> str:
        with on_cores({core}):
            return self._broker.start()

    def make_topic(self, name: str, partitions: int) -> None:
        """Make a topic whose records bear the broker's own time."""
        topic = NewTopic(
            name,
            num_partitions=partitions,
            replication_factor=1,
            config={"message.timestamp.type": "LogAppendTime"},
        )
        self._admin.create_topics([topic])[name].result(30)
        if not await_true(lambda: self._led(name) == partitions, timeout_s=30):
            raise RuntimeError(f"nobody leads {name!r}")

    def _led(self, topic: str) -> int:
        """Return how many partitions of *topic* have a leader."""
        found = self._admin.list_topics(topic, timeout=10).topics[topic].partitions
        return sum(partition.leader >= 0 for partition in found.values())

    def delete_topic(self, name: str) -> None:
        """Delete a topic, so that its cleaning does not fall into another's measurement."""
        self._admin.delete_topics([name])[name].result(30)

    def fill(self, topic: str, samples: Iterable[Sample], partitions: int) -> None:
        """Write *samples* to the partitions in turn."""
        producer = self.producer()
        for number, (key, value, headers) in enumerate(samples):
            while True:
                try:
                    producer.produce(topic, value, key, number % partitions, headers=headers)
                    break
                except BufferError:
                    producer.poll(0.05)
            producer.poll(0)
        producer.flush(60)

    def producer(self) -> Producer:
        """Return a producer that waits for nothing, and writes nothing twice."""
        return Producer(
            {"bootstrap.servers": self.bootstrap, "linger.ms": 0, "acks": "all", "log_level": QUIET}
        )

    def members_with_partitions(self, group: str) -> int:
        """Return how many members of *group* have something to read."""
        described = self._admin.describe_consumer_groups([group])[group].result(30)
        return sum(bool(member.assignment.topic_partitions) for member in described.members)

    def close(self) -> None:
        """Stop the broker."""
        self._broker.stop(grace_s=5)
        self._thread.shutdown()
