"""Bare aiokafka, exactly once: read, send, await, offsets, commit; one transactional producer."""

import asyncio
import contextlib
import signal

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks.delivery.job import Job, job_of_arguments

BATCH_MAX = 2000
"""Records in a transaction."""


async def move(job: Job) -> None:
    """Move records until cancelled."""
    consumer = AIOKafkaConsumer(
        job.source,
        bootstrap_servers=job.bootstrap,
        group_id=job.group,
        enable_auto_commit=False,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    producer = AIOKafkaProducer(
        bootstrap_servers=job.bootstrap,
        transactional_id=job.group,
        acks="all",
        max_batch_size=1 << 20,
    )
    async with producer, consumer:
        while True:
            fetched = await consumer.getmany(timeout_ms=200, max_records=BATCH_MAX)
            if not fetched:
                continue
            async with producer.transaction():
                sent = [
                    await producer.send(job.target, record.value, key=record.key)
                    for records in fetched.values()
                    for record in records
                ]
                # All acknowledged before the offsets go: the broker would refuse and retry else.
                await asyncio.gather(*sent)
                offsets = {tp: records[-1].offset + 1 for tp, records in fetched.items()}
                await producer.send_offsets_to_transaction(offsets, job.group)


async def main() -> None:
    """Run until SIGTERM."""
    moving = asyncio.ensure_future(move(job_of_arguments()))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, moving.cancel)
    with contextlib.suppress(asyncio.CancelledError):
        await moving


if __name__ == "__main__":
    asyncio.run(main())
