"""`pipeline.status`: how far a recording has come."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from schemas.constraints import Count, Id, Share
from schemas.envelope import Envelope


class StageState(StrEnum):
    """What a stage does with a recording."""

    RECEIVED = "RECEIVED"
    FETCHING = "FETCHING"
    WAITING = "WAITING"
    RUNNING = "RUNNING"
    DONE = "DONE"
    FAILED = "FAILED"


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChanged(Envelope):
    """The newest state of a recording in one stage (an agent's name); `reason` is a stable code."""

    recording_id: Id
    stage: str
    state: StageState
    progress: Share | None = None
    attempt: Count
    reason: str | None = None
    detail: str | None = None
    at: datetime
