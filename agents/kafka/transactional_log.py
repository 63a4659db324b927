"""One transactional producer for each input partition, all on one set of connections.

A transactional id is an optimistic lock: whoever initialises it last owns it, and every
transaction of a former owner fails. So it does not matter who still believes to own a partition.
"""

import asyncio
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

import aiokafka
import structlog
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.kafka.offset_metadata import Committed, encode

log = structlog.get_logger()

TRANSACTION_TIMEOUT_MS = 30_000
"""Longest life of an open transaction, in milliseconds.

Ours last milliseconds. The timeout counts only where nobody takes over from a dead worker: until
then readers of what it wrote to see nothing newer. Shorter, and a slow broker would end sound ones.
"""
REQUEST_TIMEOUT_MS = 15_000
"""Time for one request, retries by the client included, in milliseconds."""
TRANSACTION_S = 40.0
"""Longest wait for a whole transaction before its outcome counts as unknown, in seconds: more than
one request may take, less than a person would call hanging."""
STOP_S = 5.0
"""Longest wait for a producer to end, in seconds; a broken one can wait for ever."""
BATCH_MAX_BYTES = 1 << 20
"""Largest batch of outputs, in bytes."""


class Fenced(Exception):
    """Another worker owns the partition now."""


class TransactionalLog:
    """Opens transactional producers on one shared client."""

    def __init__(self, client_settings: dict[str, Any], *, max_request_bytes: int) -> None:
        self._client_settings = client_settings
        self._settings = {
            "acks": "all",
            "linger_ms": 0,
            "max_batch_size": BATCH_MAX_BYTES,
            "max_request_size": max_request_bytes,
            "request_timeout_ms": REQUEST_TIMEOUT_MS,
            "transaction_timeout_ms": TRANSACTION_TIMEOUT_MS,
        }
        self._client: Any = None
        self._lock = asyncio.Lock()

    async def open(self, transactional_id: str) -> "PartitionLog":
        """Take *transactional_id* over: what its former owner left open is over once this returns.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        try:
            producer = _SharingProducer(
                await self._started(), transactional_id=transactional_id, **self._settings
            )
            return await PartitionLog.start(producer)
        except KafkaError as error:
            raise DependencyUnavailable("kafka", f"cannot fence: {error!r}") from error

    async def close(self) -> None:
        """Close the connections."""
        async with self._lock:
            if self._client is not None:
                await self._client.close()
                self._client = None

    async def _started(self) -> Any:
        async with self._lock:
            if self._client is None:
                client = AIOKafkaClient(
                    **self._client_settings, request_timeout_ms=REQUEST_TIMEOUT_MS
                )
                try:
                    await client.bootstrap()
                except BaseException:
                    await client.close()
                    raise
                self._client = client
            return self._client


class PartitionLog:
    """Publishes the results of one input partition, together with its progress."""

    def __init__(self, producer: "_SharingProducer") -> None:
        self._producer = producer

    @classmethod
    async def start(cls, producer: "_SharingProducer") -> "PartitionLog":
        """Initialise the producer; a failed one is stopped."""
        try:
            await asyncio.wait_for(producer.start(), TRANSACTION_S)
        except TimeoutError as error:
            await _stop(producer)
            raise DependencyUnavailable("kafka", "cannot fence in time") from error
        except BaseException:
            await _stop(producer)
            raise
        return cls(producer)

    async def transact(
        self, outputs: Sequence[Output], partition: Partition, committed: Committed, group: str
    ) -> None:
        """Publish *outputs* and commit *committed*, both or neither.

        After any error this log is of no more use.

        Raises:
            Fenced: another worker owns the partition now; nothing was published.
            DependencyUnavailable: the outcome is unknown.

        """
        progress = OffsetAndMetadata(committed.offset, encode(committed))
        try:
            async with asyncio.timeout(TRANSACTION_S):
                await self._producer.begin_transaction()
                await self._send(outputs)
                await self._producer.send_offsets_to_transaction(
                    {TopicPartition(*partition): progress}, group
                )
                await self._producer.commit_transaction()
        except ProducerFenced as error:
            raise Fenced(str(partition)) from error
        except (KafkaError, AssertionError, KeyError, TimeoutError) as error:
            # aiokafka asserts its own state after a fatal error, and has lost a batch with a
            # KeyError when a broker died.
            raise DependencyUnavailable("kafka", f"transaction: {error!r}") from error

    async def stop(self) -> None:
        """Stop the producer; an open transaction is its successor's to end."""
        await _stop(self._producer)

    async def _send(self, outputs: Iterable[Output]) -> None:
        """Wait for all outputs before the offsets are sent.

        In parallel, brokers find the transaction busy and each refusal costs a retry of 100 ms.
        """
        futures = [
            await self._producer.send(
                output.topic, key=output.key, value=output.value, headers=list(output.headers)
            )
            for output in outputs
        ]
        try:
            for future in futures:  # one after another: those of one batch are done together
                await future
        finally:
            for future in futures:  # asyncio logs the errors that nobody looked at
                if future.done() and not future.cancelled():
                    future.exception()


class _SharingProducer(aiokafka.AIOKafkaProducer):
    """A producer on somebody else's client, which it neither starts nor closes."""

    def __init__(self, client: Any, **settings: Any) -> None:
        super().__init__(**settings)
        self._stopped = False
        self.client = self._sender.client = client
        self._metadata = client.cluster
        self._message_accumulator._cluster = client.cluster  # noqa: SLF001 - made from its own client

    async def start(self) -> None:
        """Initialise the transactional id."""
        await self._sender.start()

    async def stop(self) -> None:
        """Stop sending."""
        if self._stopped:
            return
        self._stopped = self._closed = True
        self._retrieve_errors()
        if self._sender.sender_task is not None:
            closing = asyncio.ensure_future(self._message_accumulator.close())
            await asyncio.wait(
                (closing, self._sender.sender_task), return_when=asyncio.FIRST_COMPLETED
            )
            closing.cancel()
            await self._sender.close()

    def _retrieve_errors(self) -> None:
        """Look at what ended this producer: asyncio logs the errors that nobody looked at."""
        queued = self._message_accumulator._batches.values()  # noqa: SLF001 - nothing shows them
        waiters = [batch._drain_waiter for batches in queued for batch in batches]  # noqa: SLF001
        for waiter in (self._txn_manager.wait_for_transaction_end(), *waiters):
            if waiter is not None and waiter.done() and not waiter.cancelled():
                waiter.exception()


async def _stop(producer: _SharingProducer) -> None:
    with suppress(KafkaError, TimeoutError, AssertionError):
        await asyncio.wait_for(producer.stop(), STOP_S)
