"""The fields that every event has, whatever its record."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from schemas.constraints import Id, Number, OptionalId


@dataclass(frozen=True, kw_only=True)
class Envelope:
    """Who an event is about, which event it is and when it occurred."""

    # Empty here so that an event can have several such parents; the event itself holds the slots.
    __slots__ = ()

    accepts_json: ClassVar[bool] = False

    schema_version: Number = 1
    event_id: OptionalId = ""
    occurred_at: datetime | None = None
    tenant_id: Id = "default"
    user_id: Id
