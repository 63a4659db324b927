"""The transactions of one input partition."""

import asyncio
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import structlog
from aiokafka import TopicPartition
from aiokafka.errors import ProducerFenced
from aiokafka.structs import OffsetAndMetadata

from agents import metrics
from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable
from agents.kafka.last_transaction import Ending, Hanging, LastTransaction
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.open_transactions import ASK_AGAIN_S, OpenTransactions
from agents.kafka.sharing_producer import BROKER_ERRORS, SharingProducer

log = structlog.get_logger()

TRANSACTION_S = 40.0
"""Longest wait for a whole transaction before its outcome counts as unknown, in seconds: more than
one request may take, less than a person would call hanging."""
VERIFY_TRIES = 10
"""Looks for the end of a transaction before it counts as hanging: a second, where brokers take
milliseconds."""
VERIFY_S = 3.0
"""Longest wait for an answer about that, in seconds: results wait meanwhile."""
SLOW_S = 1.0
"""Time of a transaction, in seconds, after which brokers may have had trouble with the one before
without that a connection ended."""


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
        self.committed: Committed | None = None
        """What was committed when this epoch began; None where nothing was."""
        self._touched: set[TopicPartition] = set()
        self._unverified = self._slow = False

    async def settle(self, last: LastTransaction) -> None:
        """End what is still open of transactions before this epoch, and read what is committed.

        Each is ended as it was decided, which *last* tells; where nobody knows, it is given up.
        Raises what `BROKER_ERRORS` says.
        """
        for hanging, ending in last.endings(await self._hanging(touched=None)):
            metrics.HANGING.labels(self._context.stage).inc()
            log.warning(
                "ending a transaction that hangs",
                partition=self._partition,
                open_in=sorted(hanging.partitions),
                offsets=hanging.offsets,
                ending=ending.value,
            )
            await self._end(hanging, ending)
        self.committed = await self._transactions.committed(self._context.group, self._partition)

    async def _end(self, hanging: Hanging, ending: Ending) -> None:
        while hanging:
            await self._producer.end(hanging, self._context.group, ending)
            for _ in range(VERIFY_TRIES):
                left = await self._hanging(touched=hanging.partitions)
                if not (left.partitions or (left.offsets and hanging.offsets)):
                    return
                await asyncio.sleep(ASK_AGAIN_S)
            hanging = Hanging(left.partitions, left.offsets and hanging.offsets)

    async def transact(self, outputs: Sequence[Output], committed: Committed) -> None:
        """Publish *outputs* and commit *committed*, both or neither.

        After any error this log is of no more use.

        Raises:
            Fenced: another worker owns the partition now.
            DependencyUnavailable: the outcome is unknown.

        """
        progress = OffsetAndMetadata(committed.offset, encode(committed))
        in_doubt = self._unverified and (self._slow or self._producer.may_have_lost)
        if in_doubt and not await self.verify():
            raise DependencyUnavailable("kafka", "the transaction before hangs")
        if not self._unverified:
            self._producer.note_ended()
        begin_s = time.monotonic()
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
        except BROKER_ERRORS as error:
            raise DependencyUnavailable("kafka", f"transaction: {error!r}") from error
        self._unverified = True
        self._slow = time.monotonic() - begin_s > SLOW_S

    async def verify(self) -> bool:
        """Tell whether everything that was committed is there for its readers; cheap if known.

        Brokers answer before they have written the ends of a transaction to its partitions.

        Raises:
            DependencyUnavailable: the brokers do not answer.

        """
        if not self._unverified:
            return True
        touched, losses = frozenset(self._touched), self._producer.losses
        try:
            async with asyncio.timeout(VERIFY_S):
                for _ in range(VERIFY_TRIES):
                    if not await self._hanging(touched):
                        self._touched.clear()
                        self._unverified = self._slow = False
                        self._producer.note_ended(losses)
                        return True
                    await asyncio.sleep(ASK_AGAIN_S)
        except BROKER_ERRORS as error:
            raise DependencyUnavailable("kafka", f"cannot verify: {error!r}") from error
        return False

    async def stop(self) -> None:
        """Stop the producer; an open transaction is its successor's to end."""
        await self._producer.stop()

    async def _hanging(self, touched: Collection[TopicPartition] | None) -> Hanging:
        producer_id = self._producer.producer_id
        group = self._context.group
        return await self._transactions.hanging(producer_id, group, self._partition, touched)
