"""Builds a worker out of an agent's plain function."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from agents.delivery.clock import SystemClock
from agents.delivery.codec import EventCodec
from agents.delivery.delivery import UnorderedDelivery
from agents.delivery.fold_delivery import FoldDelivery
from agents.delivery.gate import Gate
from agents.delivery.holds import HoldPolicy
from agents.delivery.retry import RetryPolicy
from agents.delivery.stage import Fold, Stage, Step
from agents.delivery.status import StatusReporter
from agents.delivery.work import Work, WorkContext
from agents.health import Health
from agents.kafka.app import attach, create_app
from agents.kafka.assignment import AppGroup, Assignment
from agents.kafka.broker_watch import watch_brokers
from agents.kafka.client_settings import (
    DAY_PAGE_MAX_BYTES,
    REQUEST_MAX_BYTES,
    aiokafka_settings,
)
from agents.kafka.commit_context import CommitContext
from agents.kafka.committer import Committer
from agents.kafka.compacted_table import CompactedTable
from agents.kafka.lost_records import LostRecords
from agents.kafka.output_log import OutputLog
from agents.kafka.partition_log import LogContext
from agents.kafka.table_publisher import TablePublisher
from agents.kafka.transactional_log import TransactionalLog
from agents.kafka.worker import Worker
from agents.settings import Settings
from schemas import Event
from schemas.avro import SchemaSource
from schemas.wire import decode
from topics.catalogue import Catalogue

E = TypeVar("E", bound=Event)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerHost:
    """What any agent needs to become a worker."""

    settings: Settings
    catalogue: Catalogue
    schemas: SchemaSource
    health: Health
    event_topics: Mapping[type, str]
    """The topic of each event type."""

    def stage(
        self,
        name: str,
        event_type: type[E],
        *,
        in_flight: int | None = None,
        side_topics: tuple[str, ...] = (),
    ) -> Stage[E]:
        """Return the stage called *name*, of *event_type*'s topic and the redrives from it.

        *side_topics* hold the same events, and are read through a gate.
        """
        group = f"daybook.{name}"
        return Stage(
            name=name,
            group=group,
            event_type=event_type,
            topics=(self.event_topics[event_type], self.catalogue.redrive_topic(group).name),
            side_topics=side_topics,
            in_flight=in_flight or self.settings.in_flight,
        )

    def unordered(
        self,
        stage: Stage[E],
        step: Step[E],
        *,
        proven: bool = False,
        allowed: Callable[[], int] = lambda: 0,
    ) -> Worker:
        """Return a worker that runs *step* on records side by side.

        *proven*: some such work has succeeded in this process already, as on a warm-up clip.
        *allowed*: how many records of side topics may be in work at this moment.
        """
        gate = Gate(stage.side_topics, allowed) if stage.side_topics else None

        def deliver(work: Work[E], committer: Committer) -> UnorderedDelivery[E]:
            if proven:
                work.context.breaker.succeeded()
            return UnorderedDelivery(work, step, committer, gate)

        worker = self._build(stage, deliver, None)
        worker.app.gate = gate
        return worker

    def folding(self, stage: Stage[E], fold: Fold[E], table: CompactedTable) -> Worker:
        """Return a worker that gathers events by key and folds them together.

        *table* holds the results of earlier folds: it has the same partitions as the stage's
        topics, and is read anew at each assignment before events arrive.
        """
        policy = HoldPolicy(
            debounce_s=self.settings.daily_debounce_s, max_wait_s=self.settings.daily_max_wait_s
        )
        return self._build(
            replace(stage, co_partitioned=True),
            lambda work, committer: FoldDelivery(
                work, fold, TablePublisher(committer, table), policy, SystemClock()
            ),
            table,
        )

    def pages(self, event_type: type[E]) -> "Pages[E]":
        """Return the topic of *event_type* as a table of events by key."""
        topic = self.event_topics[event_type]
        return Pages(
            CompactedTable(topic, aiokafka_settings(self.settings)), event_type, self.schemas
        )

    def _build(
        self,
        stage: Stage[E],
        deliver: Callable[[Work[E], Committer], UnorderedDelivery[E] | FoldDelivery[E]],
        table: CompactedTable | None,
    ) -> Worker:
        clients = aiokafka_settings(self.settings)
        max_request_bytes = REQUEST_MAX_BYTES if table is None else DAY_PAGE_MAX_BYTES
        transactional_log = TransactionalLog(
            clients, self._log_context(stage), max_request_bytes=max_request_bytes
        )
        progress_log = OutputLog(clients, max_request_bytes=max_request_bytes)
        assignment = Assignment(stage.name, table, self.health, SystemClock())
        app = create_app(self.settings, stage, listener=assignment)
        group = AppGroup(app)
        assignment.committer = committer = Committer(
            CommitContext(
                transactional_log=transactional_log,
                group_state=group,
                clock=SystemClock(),
                health=self.health,
                stage=stage.name,
            )
        )
        delivery = deliver(Work(stage=stage, context=self._context(stage, progress_log)), committer)
        attach(app, stage, delivery, committer)
        assignment.connect(app)

        lost = LostRecords(
            committer,
            in_work=lambda position: (
                delivery.in_flight.draining or delivery.in_flight.holds(position)
            ),
            stream=app,
            group=group,
            stage=stage.name,
        )

        async def watch() -> None:
            clock = SystemClock()
            async with asyncio.TaskGroup() as watching:
                watching.create_task(lost.watch(clock))
                watching.create_task(watch_brokers(transactional_log.answers, self.health, clock))

        async def close() -> None:
            await assignment.close()
            await transactional_log.close()
            await progress_log.close()

        return Worker(
            stage=stage.name,
            app=app,
            delivery=delivery,
            failed=delivery.in_flight.failed,
            health=self.health,
            drain_s=self.settings.drain_s,
            watch=watch,
            close=close,
        )

    def _log_context(self, stage: Stage[Any]) -> LogContext:
        outputs = self.catalogue.outputs(stage.name)
        return LogContext(group=stage.group, stage=stage.name, topics=outputs)

    def _context(self, stage: Stage[Any], progress_log: OutputLog) -> WorkContext:
        clock = SystemClock()
        codec = EventCodec(
            schemas=self.schemas,
            source=f"daybook/{stage.name}",
            topics=self.event_topics,
            clock=clock,
        )
        return WorkContext(
            codec=codec,
            status=StatusReporter(
                stage=stage.name, codec=codec, send=progress_log.append_soon, clock=clock
            ),
            policy=RetryPolicy(),
            clock=clock,
            health=self.health,
            dead_letter_topic=lambda topic: (
                self.catalogue.dead_letter_topic(stage.group, topic).name
            ),
            max_bytes=lambda topic: self.catalogue[topic].max_message_bytes,
        )


class Pages(Generic[E]):
    """A compacted topic's newest events, by key."""

    def __init__(self, table: CompactedTable, event_type: type[E], schemas: SchemaSource) -> None:
        self.table = table
        self._event_type = event_type
        self._schemas = schemas

    async def get(self, key: str) -> E | None:
        """Return the newest event of *key*; raises DependencyUnavailable."""
        value = await self.table.get(key.encode())
        if value is None:
            return None
        return decode(self._event_type, value, (), schemas=self._schemas)
