"""One transactional producer for each input partition, all on one set of connections.

A transactional id is an optimistic lock: whoever initialises it last owns it, and every
transaction of a former owner fails. So it does not matter who still believes to own a partition.

The former transaction is over by then, and its records and offsets are visible or gone: that is
what brokers promise and do not always keep (`open_transactions`), so it is looked after here.
"""

import asyncio
from typing import Any

from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError

from agents.delivery.record import Partition
from agents.errors import DependencyUnavailable
from agents.kafka.open_transactions import OpenTransactions, Outcome
from agents.kafka.partition_log import LogContext, PartitionLog
from agents.kafka.sharing_producer import SharingProducer

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
        self._client: Any = None
        self._transactions: OpenTransactions | None = None
        self._outcomes: dict[str, Outcome] = {}
        self._lock = asyncio.Lock()

    async def open(self, partition: Partition) -> PartitionLog:
        """Take *partition* over: what its former owner left open is over once this returns.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        try:
            async with asyncio.timeout(OPEN_S):
                return await self._open(partition)
        except KafkaError as error:
            raise DependencyUnavailable("kafka", f"cannot fence: {error!r}") from error
        except TimeoutError as error:
            raise DependencyUnavailable("kafka", "cannot fence in time") from error

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
        # An owner that took the id over and came no further has left no trace of what was before.
        outcome = await transactions.outcome(transactional_id)
        if outcome is not Outcome.UNKNOWN:
            self._outcomes[transactional_id] = outcome
        producer = SharingProducer(client, transactional_id=transactional_id, **self._settings)
        partition_log = await PartitionLog.start(producer, partition, self._context, transactions)
        try:
            await partition_log.settle(self._outcomes.get(transactional_id, Outcome.UNKNOWN))
        except BaseException:
            await partition_log.stop()
            raise
        self._outcomes.pop(transactional_id, None)
        return partition_log

    async def _started(self) -> tuple[Any, OpenTransactions]:
        async with self._lock:
            if self._client is None or self._transactions is None:
                client = AIOKafkaClient(
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
