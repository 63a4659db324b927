"""An output log, and the commits behind it, in one journal: their order can be read there."""

import asyncio
from collections.abc import Iterable, Mapping

from agents.delivery.record import Output, Partition
from agents.errors import DependencyUnavailable

Entry = tuple[str, object]


class JournalOutputLog:
    """Writes down what is published and committed, as the brokers take it.

    *failures* names what is refused, in order: "publish" or "commit" the next time it is tried.
    While `gate` is clear, nothing is answered; `asked` says what was asked for all the same.
    """

    def __init__(self, *failures: str, error: Exception | None = None) -> None:
        self.journal: list[Entry] = []
        self.asked: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self._failures = list(failures)
        self._error = error or DependencyUnavailable("kafka")

    async def append(self, outputs: Iterable[Output]) -> None:
        await self._answer("publish")
        self.journal.append(("publish", tuple(output.value for output in outputs)))

    async def commit(self, positions: Mapping[Partition, int]) -> None:
        await self._answer("commit")
        self.journal.append(("commit", dict(positions)))

    def append_soon(self, output: Output) -> None:
        self.journal.append(("soon", output.value))

    async def close(self) -> None:
        self.journal.append(("close", None))

    async def _answer(self, what: str) -> None:
        self.asked.append(what)
        await self.gate.wait()
        if what in self._failures:
            self._failures.remove(what)
            raise self._error
