"""The engines of a worker, as its recordings share them."""

import asyncio
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from agents.transcriber.engine import Chunk, ChunkText, ServedModel, TranscriptionEngine

DEPENDENCY, MEMORY = "speech-engine", "engine-memory"
"""What engines are called that can do no work now, and what they miss where one row is too much."""


class Engines(Protocol):
    """The models of one device; batches are given one after the other, each of one model.

    `transcribe` raises what `TranscriptionEngine` raises, `ChildDied` where the process that the
    engines are in ends, freezes or is too slow; it comes back for the next batch, and where it
    cannot, `DependencyUnavailable`.
    """

    @property
    def served(self) -> Mapping[str, ServedModel]:
        """The models by name, the default one first."""
        ...

    async def transcribe(self, model: str, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*, by the model of that name."""
        ...

    def restart(self) -> None:
        """Load everything anew before the next batch, where that can change anything."""
        ...


class EngineThread:
    """Runs engines in a thread of this process: those whose work is done elsewhere anyway."""

    def __init__(self, engines: Sequence[TranscriptionEngine]) -> None:
        self._engines = {engine.served.name: engine for engine in engines}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine")

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await asyncio.to_thread(self._thread.shutdown)

    def restart(self) -> None:
        """Do nothing: there is no process to start anew."""

    @property
    def served(self) -> Mapping[str, ServedModel]:
        """The models by name, the default one first."""
        return {name: engine.served for name, engine in self._engines.items()}

    async def transcribe(self, model: str, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*, by the model of that name."""
        work = self._engines[model].transcribe
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, batch)
