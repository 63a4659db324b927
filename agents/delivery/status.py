"""What people are told about a recording: one status an event and stage."""

from collections.abc import Callable
from dataclasses import dataclass

from agents.delivery.clock import Clock
from agents.delivery.codec import EventCodec
from agents.delivery.record import Output
from schemas import Event, StageState, StatusChanged


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusReporter:
    """Builds the statuses of one stage."""

    stage: str
    codec: EventCodec
    send: Callable[[Output], None]
    """Publishes what may be lost: how far work in flight is."""
    clock: Clock

    def tell(
        self,
        event: Event,
        state: StageState,
        *,
        attempt: int = 1,
        progress: float | None = None,
        detail: str | None = None,
    ) -> None:
        """Report work in flight, best effort."""
        status = self._status(event, state, attempt, progress=progress, detail=detail)
        if status is not None:
            self.send(self.codec.encode(status))

    def final(
        self,
        event: Event,
        state: StageState,
        *,
        attempt: int = 1,
        reason: str | None = None,
        detail: str | None = None,
    ) -> tuple[Output, ...]:
        """Return the status that is published together with the end of the work."""
        status = self._status(event, state, attempt, reason=reason, detail=detail)
        return () if status is None else (self.codec.encode(status),)

    def _status(
        self,
        event: Event,
        state: StageState,
        attempt: int,
        *,
        progress: float | None = None,
        reason: str | None = None,
        detail: str | None = None,
    ) -> StatusChanged | None:
        recording_id = getattr(event, "recording_id", "")
        if not recording_id:
            return None
        return StatusChanged(
            tenant_id=event.tenant_id,
            user_id=event.user_id,
            recording_id=recording_id,
            stage=self.stage,
            state=state,
            progress=progress,
            attempt=attempt,
            reason=reason,
            detail=detail,
            at=self.clock.now(),
        )
