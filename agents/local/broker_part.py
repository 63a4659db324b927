"""The local broker as a part under the supervisor."""

import time

import structlog

from agents.errors import DependencyUnavailable, LocalBrokerError
from agents.local.broker import BrokerStatus, LocalBroker
from agents.local.restarts import Restarts
from agents.local.up_state import PartState, PartStatus

log = structlog.get_logger()

BROKER_PART = "broker"

LOOK_EVERY_S = 0.5


class BrokerRunner:
    """Keeps the local broker running. A (re)start takes some seconds, in which its caller waits."""

    def __init__(self, broker: LocalBroker) -> None:
        self._broker = broker
        self._restarts = Restarts()
        self._state = PartState.STARTING
        self._known = BrokerStatus(state="stopped")
        self._due = 0.0
        self.bootstrap: str | None = None

    def start(self) -> str:
        """Start the broker, or take the one that runs, and return its address.

        Raises:
            LocalBrokerError: it did not start.
            DependencyUnavailable: there is no Java, or Kafka's jars cannot be had.

        """
        self.bootstrap = self._broker.start()
        self._known = self._broker.recorded()
        self._state = PartState.READY
        return self.bootstrap

    def tick(self) -> None:
        """See whether the broker ended, and start it again when that is due."""
        if time.monotonic() < self._due:
            return
        if self._state is PartState.READY:
            self._due = time.monotonic() + LOOK_EVERY_S
            if not self._broker.is_alive():
                self._state = PartState.RESTARTING
                self._count_end(ran_s=time.time() - (self._known.since or 0.0))
        elif self._state is PartState.RESTARTING:
            try:
                self.start()
            except (LocalBrokerError, DependencyUnavailable) as error:
                log.warning("broker-not-started", error=str(error))
                self._count_end(ran_s=0.0)

    def stop(self) -> None:
        """Stop the broker, unless it was started on its own and only taken over."""
        if self._broker.recorded().tethered:
            self._broker.stop()
        self._state = PartState.STOPPED

    def status(self) -> PartStatus:
        """Return what is known of it."""
        return PartStatus(
            name=BROKER_PART,
            state=self._state,
            process=self._known.process,
            restarts=self._restarts.total,
            since=self._known.since,
        )

    def _count_end(self, *, ran_s: float) -> None:
        self._restarts = self._restarts.after_end(ran_s=ran_s)
        self._due = time.monotonic() + self._restarts.delay_s
        log.warning("part-ended", part=BROKER_PART, restart_in_s=self._restarts.delay_s)
