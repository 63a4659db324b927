"""One transactional producer for each input partition, all on one set of connections.

A transactional id is an optimistic lock: whoever initialises it last owns it, and every
transaction of a former owner fails. So it does not matter who still believes to own a partition.

The former transaction is over by then, and its records and offsets are visible or gone: that is
what brokers promise and do not always keep (`open_transactions`), so it is looked after here.
"""

import asyncio
from typing import Any

from aiokafka.client import CoordinationType

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.kafka.last_transaction import LastTransaction
from agents.kafka.open_transactions import OpenTransactions
from agents.kafka.partition_log import LogContext, PartitionLog
from agents.kafka.sharing_producer import BROKER_ERRORS, SharedClient, SharingProducer

TRANSACTION_TIMEOUT_MS = 30_000
"""Longest life of an open transaction, in milliseconds.

Ours last milliseconds. The timeout counts only where nobody takes over from a dead worker: until
then readers of what it wrote to see nothing newer. Shorter, and a slow broker would end sound ones.
"""
REQUEST_TIMEOUT_MS = 15_000
"""Time for one request, retries by the client included, in milliseconds."""
OPEN_S = 60.0
"""Longest wait for a partition to be taken over, in seconds: a transaction, and what it takes to
end one that hangs."""
ANSWER_S = 3.0
"""Longest wait for brokers that are asked whether they are there, in seconds."""
BATCH_MAX_BYTES = 1 << 20
"""Largest batch of outputs, in bytes."""


class TransactionalLog:
    """Opens transactional producers on one shared client."""

    def __init__(
        self, client_settings: dict[str, Any], context: LogContext, *, max_request_bytes: int
    ) -> None:
        self._client_settings = client_settings
        self._context = context
        self._settings = {
            "acks": "all",
            "linger_ms": 0,
            "max_batch_size": BATCH_MAX_BYTES,
            "max_request_size": max_request_bytes,
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
            "transaction_timeout_ms": TRANSACTION_TIMEOUT_MS,
        }
        self._client: SharedClient | None = None
        self._transactions: OpenTransactions | None = None
        self._last: dict[str, LastTransaction] = {}
        self._lock = asyncio.Lock()

    async def open(self, partition: Partition) -> PartitionLog:
        """Take *partition* over, and read what is committed.

        What its former owner left open is over by then.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        try:
            async with asyncio.timeout(OPEN_S):
                return await self._open(partition)
        except BROKER_ERRORS as error:
            raise DependencyUnavailable("kafka", f"cannot fence: {error!r}") from error

    async def answers(self) -> bool:
        """Tell whether the brokers can say, in time, who coordinates the group."""
        try:
            async with asyncio.timeout(ANSWER_S):
                client, _ = await self._started()
                await client.coordinator_lookup(CoordinationType.GROUP, self._context.group)
        except BROKER_ERRORS:
            return False
        return True

    async def close(self) -> None:
        """Close the connections."""
        async with self._lock:
            if self._transactions is not None:
                await self._transactions.close()
            if self._client is not None:
                await self._client.close()
            self._client = self._transactions = None

    async def _open(self, partition: Partition) -> PartitionLog:
        client, transactions = await self._started()
        transactional_id = f"{self._context.group}.{partition.topic}.{partition.partition}"
        last = self._last.get(transactional_id, LastTransaction())
        last = last.then(await transactions.last(transactional_id))
        self._last[transactional_id] = last
        if last.producer_id is not None:
            # What may take long comes before the takeover: from then on nobody else can tell how
            # the last one ended.
            await transactions.hanging(last.producer_id, self._context.group, partition)
        producer = SharingProducer(client, transactional_id=transactional_id, **self._settings)
        try:
            at_once = True
            while not await producer.initialise():
                at_once = False
                last = last.then(await transactions.last(transactional_id))
                self._last[transactional_id] = last
            last = self._last[transactional_id] = last.taken_over(at_once=at_once)
            partition_log = PartitionLog(producer, partition, self._context, transactions)
            await partition_log.settle(last)
        except BaseException:
            await producer.stop()
            raise
        del self._last[transactional_id]
        return partition_log

    async def _started(self) -> tuple[SharedClient, OpenTransactions]:
        async with self._lock:
            if self._client is None or self._transactions is None:
                client = SharedClient(
                    **self._client_settings, request_timeout_ms=REQUEST_TIMEOUT_MS
                )
                try:
                    await client.bootstrap()
                except BaseException:
                    await client.close()
                    raise
                self._client = client
                self._transactions = OpenTransactions(client, self._context.topics)
            return self._client, self._transactions
