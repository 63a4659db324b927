"""Says whose a recording is: some places are read for one person only."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """The tenant and the person that an event is about."""

    tenant: str
    user: str
