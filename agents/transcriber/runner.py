"""Shares one engine between many recordings: whole batches, and a turn for everybody."""

import asyncio
from collections import OrderedDict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self

from agents.errors import EngineFailed
from agents.transcriber.engine import Chunk, ChunkText, TranscriptionEngine


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """A chunk that waits for its text."""

    recording_id: str
    chunk: Chunk
    text: "asyncio.Future[ChunkText]"


@dataclass(slots=True)
class FairQueueState:
    """Rows of many recordings; each turn takes one row of every recording, oldest first."""

    _waiting: OrderedDict[str, deque[Row]] = field(default_factory=OrderedDict)

    def put(self, row: Row) -> None:
        """Line *row* up behind its own recording's."""
        self._waiting.setdefault(row.recording_id, deque()).append(row)

    def take(self, count: int) -> list[Row]:
        """Return up to *count* rows, those of a recording only as often as it is its turn.

        A recording that was served goes to the end of the line: a new one waits for one batch
        at most. Rows that nobody waits for any more are left out.
        """
        taken: list[Row] = []
        while self._waiting and len(taken) < count:
            recording_id, rows = self._waiting.popitem(last=False)
            row = rows.popleft()
            if rows:
                self._waiting[recording_id] = rows
            if not row.text.done():
                taken.append(row)
        return taken


class EngineRunner:
    """Runs *engine* in a thread of its own, on what is waiting when the thread becomes free.

    Nothing is waited for to fill a batch: a lone chunk runs at once. If a batch fails, its rows
    run again alone, so that a recording pays for its own chunks only.
    """

    def __init__(self, engine: TranscriptionEngine) -> None:
        self.engine = engine
        self._queue = FairQueueState()
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="engine")

    async def __aenter__(self) -> Self:
        await asyncio.get_running_loop().run_in_executor(self._thread, self.engine.warm_up)
        self._pump = asyncio.create_task(self._run(), name="engine")
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._pump.cancel()
        with suppress(asyncio.CancelledError):
            await self._pump
        await asyncio.to_thread(self._thread.shutdown)

    def submit(self, recording_id: str, chunk: Chunk) -> "asyncio.Future[ChunkText]":
        """Line *chunk* up and return its text to come; cancel that to give the chunk up."""
        text: asyncio.Future[ChunkText] = asyncio.get_running_loop().create_future()
        self._queue.put(Row(recording_id=recording_id, chunk=chunk, text=text))
        self._arrived.set()
        return text

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            batch = self._queue.take(self.engine.batch_rows)
            if not batch:
                self._arrived.clear()
            elif not await self._try(batch) and len(batch) > 1:
                for row in batch:
                    await self._try([row])

    async def _try(self, batch: Sequence[Row]) -> bool:
        """Run *batch*; return whether it succeeded. The failure of a lone row is its answer."""
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(
            self._thread, self.engine.transcribe, [row.chunk for row in batch]
        )
        [texts] = await asyncio.gather(work, return_exceptions=True)
        if not isinstance(texts, BaseException) and len(texts) != len(batch):
            texts = EngineFailed(f"the engine gave {len(texts)} texts for {len(batch)} chunks")
        if isinstance(texts, BaseException):
            if len(batch) == 1 and not batch[0].text.done():
                batch[0].text.set_exception(texts)
            return False
        for row, text in zip(batch, texts, strict=True):
            if not row.text.done():
                row.text.set_result(text)
        return True
