"""A publisher that keeps what it is given."""

import asyncio

from agents.delivery.record import Completion
from agents.delivery.stage import Publisher


class RecordingPublisher(Publisher):
    """Publishes into a list; *answers* are its first replies, True follows.

    With *gate*, it waits there first; *error* is raised instead of any reply.
    """

    def __init__(
        self,
        *answers: bool,
        gate: asyncio.Event | None = None,
        error: Exception | None = None,
    ) -> None:
        self.asked: list[Completion] = []
        self.published: list[Completion] = []
        self._answers = list(answers)
        self._gate = gate
        self._error = error

    async def publish(self, completion: Completion) -> bool:
        self.asked.append(completion)
        if self._gate is not None:
            await self._gate.wait()
        if self._error is not None:
            raise self._error
        published = self._answers.pop(0) if self._answers else True
        if published:
            self.published.append(completion)
        return published

    @property
    def offsets(self) -> list[tuple[int, ...]]:
        """Offsets of the published records, completion by completion."""
        return [tuple(one.offset for one in done.records) for done in self.published]
