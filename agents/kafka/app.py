"""The Faust app of one stage: Faust brings agents, streams and rebalancing; delivery is ours."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import faust
from faust.app.base import BootStrategy
from faust.tables.manager import TableManager
from faust.tables.recovery import Recovery

from agents.delivery.delivery import Delivery
from agents.delivery.gate import Gate
from agents.delivery.stage import Stage
from agents.kafka.client_settings import bootstrap_of, faust_credentials
from agents.kafka.committer import Committer
from agents.kafka.transport import AssignmentListener, Transport
from agents.settings import Settings

MAX_POLL_INTERVAL_S = 30 * 24 * 3600.0
"""aiokafka leaves the group when nothing was fetched for so long, and a worker whose window is
full fetches nothing: https://github.com/robinhood/faust/issues/517. Heartbeats tell of life."""
METADATA_MAX_AGE_MS = 10_000
"""How late added partitions are noticed, in milliseconds: Kafka's own five minutes are long for
somebody who waits for a recording."""
BUNDLES_MAX = 10
"""Bundles fetched ahead of the work: Faust stops fetching a partition at 8 of them, goes on at
4, and what is fetched ahead is thrown away at a rebalance."""


class PatientRecovery(Recovery):
    """Faust's way from an assignment to records, without its limit in time.

    Past the limit Faust takes itself for stopped and begins no assignment any more: a worker
    would sit there, member of its group, for ever.
    """

    async def _wait(self, coro: Any, timeout: Any = None) -> None:  # noqa: ASYNC109 - Faust's own
        del timeout
        await super()._wait(coro)


class PatientTables(TableManager):
    """Makes the recovery; of tables there are none."""

    _recovery: PatientRecovery | None

    @property
    def recovery(self) -> PatientRecovery:
        """What begins assignments."""
        if self._recovery is None:
            self._recovery = PatientRecovery(self.app, self, beacon=self.beacon, loop=self.loop)
        return self._recovery


class ConsumingOnly(BootStrategy):
    """Starts what consumes; results leave by a log of our own."""

    enable_kafka_producer = False


class App(faust.App):
    """A Faust app that drains our delivery, not Faust's own streams, when it stops."""

    BootStrategy = ConsumingOnly
    drain: Callable[[], Awaitable[None]]
    idle = True
    """Whether the stream waits for records, rather than for room to hand one on."""
    gate: Gate | None = None
    """What holds records of side topics back."""
    co_partitioned = False
    """Whether partitions of the same number, of all topics, go to the same worker."""

    async def on_first_start(self) -> None:
        """Make no folders: they are for Faust's tables, and we have none."""

    async def _consumer_wait_empty(self, consumer: Any, logger: Any) -> None:
        """Finish what is in flight, but only at the end: a rebalance waits for nobody."""
        del consumer, logger
        if self.should_stop:
            await self.drain()


def create_app(settings: Settings, stage: Stage[Any], *, listener: AssignmentListener) -> App:
    """Return the app of *stage*, made and not started; nothing is connected yet."""
    rebalance_s = max(20.0, 2 * settings.session_timeout_s)
    app = App(
        stage.group,
        broker=[f"aiokafka://{server}" for server in bootstrap_of(settings).split(",")],
        broker_credentials=faust_credentials(settings),
        table_standby_replicas=0,
        topic_disable_leader=True,
        topic_allow_declare=False,
        consumer_auto_offset_reset="earliest",
        consumer_group_instance_id=settings.group_instance_id,
        consumer_max_fetch_size=1 << 20,
        consumer_metadata_max_age_ms=METADATA_MAX_AGE_MS,
        broker_max_poll_interval=MAX_POLL_INTERVAL_S,
        broker_session_timeout=settings.session_timeout_s,
        broker_heartbeat_interval=min(settings.heartbeat_s, settings.session_timeout_s / 3),
        broker_rebalance_timeout=rebalance_s,
        broker_request_timeout=max(60.0, 2 * rebalance_s),
        broker_commit_interval=3600.0,
        broker_commit_livelock_soft_timeout=30 * 24 * 3600.0,
        stream_buffer_maxsize=BUNDLES_MAX,
        stream_processing_timeout=30 * 24 * 3600.0,
        stream_wait_empty=False,
        web_enabled=False,
        worker_redirect_stdouts=False,
        TableManager=PatientTables,
    )
    app.co_partitioned = stage.co_partitioned
    app.transport = Transport(app.conf.broker_consumer, app, listener=listener)
    return app


def attach(app: App, stage: Stage[Any], delivery: Delivery, committer: Committer) -> None:
    """Register the Faust agent that hands each record of *stage*'s topics to *delivery*."""
    channel = app.topic(
        *stage.topics,
        *stage.side_topics,
        key_type=bytes,
        value_type=bytes,
        key_serializer="raw",
        value_serializer="raw",
    )

    async def consume(stream: Any) -> None:
        async for event in _events(stream):
            bundle, app.idle = event.message, False
            for record in bundle.records:
                await delivery.admit()
                await committer.room_for(record)
                if bundle.epoch == app.consumer.epoch and committer.receive(record):
                    delivery.deliver(record)
                else:
                    delivery.dismiss()
                    if app.gate is not None:
                        app.gate.finished(record.position)
            app.idle = True

    app.agent(channel, name=f"{stage.group}.agent")(consume)


def _events(stream: Any) -> AsyncIterator[Any]:
    events: AsyncIterator[Any] = stream.events()
    return events
