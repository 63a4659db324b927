"""The transactions of one input partition."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import KafkaError, ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents import metrics
from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.open_transactions import ASK_AGAIN_S, Hanging, OpenTransactions, Outcome
from agents.kafka.sharing_producer import SharingProducer

log = structlog.get_logger()

TRANSACTION_S = 40.0
"""Longest wait for a whole transaction before its outcome counts as unknown, in seconds: more than
one request may take, less than a person would call hanging."""
VERIFY_TRIES = 10
"""Looks for the end of a transaction before it counts as hanging: a second, where brokers take
milliseconds."""


class Fenced(Exception):
    """Another worker owns the partition now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogContext:
    """For whom transactions are made: the group whose offsets they commit, and what they write."""

    group: str
    stage: str
    topics: Collection[str]
    """Every topic that a transaction may write to."""


class PartitionLog:
    """Publishes the results of one input partition, together with its progress."""

    def __init__(
        self,
        producer: SharingProducer,
        partition: Partition,
        context: LogContext,
        transactions: OpenTransactions,
    ) -> None:
        self._producer = producer
        self._partition = partition
        self._context = context
        self._transactions = transactions
        self._touched: set[TopicPartition] = set()
        self._unverified = False

    @classmethod
    async def start(
        cls,
        producer: SharingProducer,
        partition: Partition,
        context: LogContext,
        transactions: OpenTransactions,
    ) -> "PartitionLog":
        """Initialise the producer; a failed one is stopped."""
        try:
            await asyncio.wait_for(producer.start(), TRANSACTION_S)
        except BaseException:
            await producer.stop()
            raise
        return cls(producer, partition, context, transactions)

    async def settle(self, outcome: Outcome) -> None:
        """End what is still open of the transaction before this epoch, as it was decided.

        Where nobody knows that, nothing of it can have been told as done: it did not happen.
        Raises KafkaError.
        """
        hanging = await self._hanging(touched=None)
        if not hanging:
            return
        metrics.HANGING.labels(self._context.stage).inc()
        log.warning(
            "ending a transaction that hangs",
            partition=self._partition,
            open_in=sorted(hanging.partitions),
            offsets=hanging.offsets,
            outcome=outcome.value,
        )
        await self._producer.end(hanging, self._context.group, outcome)
        while True:
            if not await self._hanging(touched=hanging.partitions):
                return
            await asyncio.sleep(ASK_AGAIN_S)

    async def transact(self, outputs: Sequence[Output], committed: Committed) -> None:
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
                # Offsets follow: in parallel, brokers find the transaction busy, and each refusal
                # costs a retry of 100 ms.
                self._touched |= await self._producer.send_all(outputs)
                await self._producer.send_offsets_to_transaction(
                    {TopicPartition(*self._partition): progress}, self._context.group
                )
                await self._producer.commit_transaction()
        except ProducerFenced as error:
            raise Fenced(str(self._partition)) from error
        except (KafkaError, AssertionError, KeyError, TimeoutError) as error:
            # aiokafka asserts its own state after a fatal error, and has lost a batch with a
            # KeyError when a broker died.
            raise DependencyUnavailable("kafka", f"transaction: {error!r}") from error
        self._unverified = True

    async def verify(self) -> bool:
        """Tell whether everything that was committed is there for its readers; cheap if known.

        Brokers answer before they have written the ends of a transaction to its partitions.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        if not self._unverified:
            return True
        touched = frozenset(self._touched)
        try:
            async with asyncio.timeout(TRANSACTION_S):
                for _ in range(VERIFY_TRIES):
                    if not await self._hanging(touched=touched):
                        self._touched -= touched
                        self._unverified = False
                        return True
                    await asyncio.sleep(ASK_AGAIN_S)
        except (KafkaError, TimeoutError) as error:
            raise DependencyUnavailable("kafka", f"cannot verify: {error!r}") from error
        return False

    async def stop(self) -> None:
        """Stop the producer; an open transaction is its successor's to end."""
        await self._producer.stop()

    async def _hanging(self, touched: Collection[TopicPartition] | None) -> Hanging:
        producer_id = self._producer.producer_id
        group = self._context.group
        return await self._transactions.hanging(producer_id, group, self._partition, touched)
