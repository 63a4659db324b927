"""Ends what the last redrive left open although brokers call it over, as workers do for theirs.

See `open_transactions`. It has to be seen before the next redrive takes over: then nobody can tell
any more how it ended.
"""

import asyncio
from collections.abc import Collection
from typing import Any

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.kafka.dead_letters import DeadLetterTopic
from agents.kafka.open_transactions import OpenTransactions
from agents.kafka.partition_log import LogContext, PartitionLog
from agents.kafka.sharing_producer import BROKER_ERRORS, SharedClient, SharingProducer

SETTLE_S = 60.0
"""Longest wait for the last transaction to end everywhere, in seconds."""


def settle(
    client_settings: dict[str, Any], topic: DeadLetterTopic, partitions: Collection[Partition]
) -> None:
    """End the last redrive of *topic*, and with it what is open in *partitions*.

    *client_settings* are aiokafka's. Nothing runs on when this returns.

    Raises:
        DependencyUnavailable: the brokers do not answer, or do not end it.

    """
    try:
        asyncio.run(_settle(client_settings, topic, partitions))
    except BROKER_ERRORS as error:
        raise DependencyUnavailable("kafka", f"the last redrive does not end: {error!r}") from error


async def _settle(
    client_settings: dict[str, Any], topic: DeadLetterTopic, partitions: Collection[Partition]
) -> None:
    client = SharedClient(**client_settings)
    transactions = OpenTransactions(client, [topic.redrive.name])
    producer = SharingProducer(client, transactional_id=topic.position_group)
    context = LogContext(group=topic.position_group, stage="redrive", topics=(topic.redrive.name,))
    try:
        async with asyncio.timeout(SETTLE_S):
            await client.bootstrap()
            last = await transactions.last(topic.position_group)
            if last.producer_id is None:
                return  # there was none
            at_once = True
            while not await producer.initialise():
                at_once = False
                last = last.then(await transactions.last(topic.position_group))
            last = last.taken_over(at_once=at_once)
            for partition in partitions:
                await PartitionLog(producer, partition, context, transactions).settle(last)
    finally:
        await producer.stop()
        await transactions.close()
        await client.close()
