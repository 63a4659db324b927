"""A publisher that keeps what it is given."""

import asyncio

from agents.delivery.record import Completion
from agents.delivery.stage import Publisher


class RecordingPublisher(Publisher):
    """Publishes into a list, after it has refused *refusals* times.

    With *gate*, it waits there first; *error* is raised instead of any answer.
    """

    def __init__(
        self,
        *,
        refusals: int = 0,
        gate: asyncio.Event | None = None,
        error: Exception | None = None,
    ) -> None:
        self.asked: list[Completion] = []
        self.published: list[Completion] = []
        self._refusals = refusals
        self._gate = gate
        self._error = error

    async def publish(self, completion: Completion) -> bool:
        self.asked.append(completion)
        if self._gate is not None:
            await self._gate.wait()
        if self._error is not None:
            raise self._error
        if self._refusals:
            self._refusals -= 1
            return False
        self.published.append(completion)
        return True

    @property
    def offsets(self) -> list[tuple[int, ...]]:
        """Offsets of the published records, completion by completion."""
        return [tuple(one.offset for one in done.records) for done in self.published]
