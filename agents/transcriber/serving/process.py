"""Engines in a process of their own: a native call that crashes or hangs ends there."""

import asyncio
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from types import TracebackType
from typing import Any, Self, TypeVar

import structlog

from agents import metrics
from agents.errors import ChildDied, DependencyUnavailable, EngineFailed, SettingsError
from agents.transcriber.engine import Chunk, ChunkText, ServedModel
from agents.transcriber.serving.child_process import ChildProcess
from agents.transcriber.serving.engines import DEPENDENCY
from agents.transcriber.serving.messages import Failure, Loaded, Order, Request, Texts

T = TypeVar("T")
A = TypeVar("A", Loaded, Texts)
log = structlog.get_logger()

FORGETTING = 0.9
"""What each batch leaves of the slowest row's time: the first is slow for reasons of its own."""


_FAILURES_TO_LOAD = (ChildDied, EngineFailed, SettingsError, OSError, RuntimeError, MemoryError)
"""What can go wrong with a new process; the last three where the system gives us none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience:
    """How long the process may take, in seconds."""

    start_s: float = 3_600.0
    """To load all models, also from a slow hub; for the first batch, which may be slow for once
    (a GPU compiles what it runs)."""
    batch_s: float = 60.0
    """For any other batch at least."""
    row_factor: float = 30.0
    """Times what the slowest row so far took, for each row of a batch."""
    silence_s: int = 20
    """Without a sign of life: the process is frozen."""

    def deadline_s(self, slowest_row_s: float | None, rows: int) -> float:
        """Return the time for a batch of *rows*."""
        if slowest_row_s is None:
            return self.start_s
        return min(self.start_s, max(self.batch_s, self.row_factor * slowest_row_s * rows))


class EngineProcess:
    """The engines of one device; should their process end, the next batch starts another one.

    That one is to be on the same device: a worker whose GPU is gone waits for it, instead of being
    a hundred times slower without anybody's notice.
    """

    def __init__(self, order: Order, patience: Patience | None = None) -> None:
        self._order = order
        self._patience = patience or Patience()
        self._served: dict[str, ServedModel] = {}
        self._slowest_row_s: dict[str, float] = {}
        self._child: ChildProcess | None = None
        self._closed = False
        self._beginning = threading.Lock()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine")

    async def __aenter__(self) -> Self:
        """Start the process and wait until all models are loaded.

        Raises:
            SettingsError: a model cannot be loaded.
            DependencyUnavailable: it cannot be downloaded now.
            ChildDied: the process ended while loading.

        """
        try:
            await self._in_thread(self._living)
        except BaseException:
            await self.__aexit__(None, None, None)
            raise
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._beginning:
            self._closed = True
        self.restart()
        await asyncio.to_thread(self._thread.shutdown)
        if self._child is not None:
            await asyncio.to_thread(self._child.close)

    @property
    def served(self) -> Mapping[str, ServedModel]:
        """The models by name, the default one first."""
        return self._served

    @property
    def pid(self) -> int | None:
        """The number of the process, once there is one."""
        return None if self._child is None else self._child.pid

    def restart(self) -> None:
        """Load everything anew before the next batch, in another process."""
        if self._child is not None:
            self._child.kill()

    async def transcribe(self, model: str, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*, by the model of that name.

        Raises:
            EngineFailed: the engine failed.
            ChildDied: the process ended during this batch.
            DependencyUnavailable: the process ended before, and no other one can be started now.

        """
        return await self._in_thread(self._transcribe, model, batch)

    async def _in_thread(self, work: Callable[..., T], *arguments: Any) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work, *arguments)

    def _transcribe(self, model: str, batch: Sequence[Chunk]) -> list[ChunkText]:
        child = self._living()
        began = time.monotonic()
        slowest_row_s = self._slowest_row_s.get(model)
        deadline_s = self._patience.deadline_s(slowest_row_s, len(batch))
        try:
            texts = _ask(child, Request(model, batch), Texts, deadline_s).texts
        except MemoryError as error:  # of this process: there was none to send the batch
            raise EngineFailed("no memory to send a batch", out_of_memory=True) from error
        row_s = (time.monotonic() - began) / max(1, len(batch))
        self._slowest_row_s[model] = max(row_s, (slowest_row_s or 0.0) * FORGETTING)
        return texts

    def _living(self) -> ChildProcess:
        """Return the process, started anew should it have ended."""
        if self._child is not None and self._child.lives:
            return self._child
        if self._child is not None:
            self._child.close()
            metrics.ENGINE_RESTARTS.inc()
            log.warning("engine restarts", ended=self._child.how_it_ended)
        try:
            child, loaded = self._loaded()
        except _FAILURES_TO_LOAD as error:
            if not self._served or self._closed:
                raise
            log.warning("engine cannot be loaded again", error=str(error))
            raise DependencyUnavailable(
                DEPENDENCY, f"the speech engine cannot be loaded again: {str(error) or repr(error)}"
            ) from error
        self._served = {served.name: served for served in loaded.served}
        return child

    def _begin(self) -> ChildProcess:
        with self._beginning:
            if self._closed:
                raise ChildDied("the engines are closed", alone=False)
            self._child = ChildProcess(silence_s=self._patience.silence_s)
            return self._child

    def _loaded(self) -> tuple[ChildProcess, Loaded]:
        """Start a process and have it load all models, again on the device that they were on."""
        order = self._order
        if self._served:
            order = replace(order, device=next(iter(self._served.values())).device)
        child = self._begin()
        try:
            # A library may load a model of gigabytes without letting any of our threads run.
            loaded = _ask(child, order, Loaded, self._patience.start_s, silently=True)
        except BaseException:
            child.kill()
            raise
        return child, loaded


def _ask(
    child: ChildProcess,
    message: object,
    kind: type[A],
    deadline_s: float,
    *,
    silently: bool = False,
) -> A:
    answer = child.ask(message, deadline_s, silently=silently)
    if isinstance(answer, Failure):
        raise answer.error
    if not isinstance(answer, kind):
        raise TypeError(f"the engines' process answered with {answer!r}")
    return answer
