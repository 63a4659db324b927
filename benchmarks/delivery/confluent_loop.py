"""Bare confluent-kafka (librdkafka), exactly once: consume, produce, offsets, commit."""

import contextlib
import signal

from confluent_kafka import Consumer, KafkaException, Message, Producer

from benchmarks.delivery.job import Job, job_of_arguments

BATCH_MAX = 2000
"""Records in a transaction."""


class Stop(Exception):
    """SIGTERM came."""


def move(job: Job) -> None:
    """Move records until SIGTERM."""
    consumer = Consumer(
        {
            "bootstrap.servers": job.bootstrap,
            "group.id": job.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "isolation.level": "read_committed",
        }
    )
    producer = Producer(
        {
            "bootstrap.servers": job.bootstrap,
            "transactional.id": job.group,
            "linger.ms": 5,
            "queue.buffering.max.messages": 1_000_000,
        }
    )
    producer.init_transactions(30)
    consumer.subscribe([job.source])
    try:
        while True:
            messages = consumer.consume(BATCH_MAX, timeout=0.2)
            if messages:
                _transact(job, consumer, producer, messages)
    finally:
        consumer.close()


def _transact(job: Job, consumer: Consumer, producer: Producer, messages: list[Message]) -> None:
    producer.begin_transaction()
    for message in messages:
        if message.error():
            raise KafkaException(message.error())
        producer.produce(job.target, message.value(), message.key())
    positions = consumer.position(consumer.assignment())
    producer.send_offsets_to_transaction(positions, consumer.consumer_group_metadata(), 30)
    producer.commit_transaction(30)


def _stop(_number: int, _frame: object) -> None:
    raise Stop


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, _stop)
    with contextlib.suppress(Stop):
        move(job_of_arguments())
