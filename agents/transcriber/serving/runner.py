"""Shares the engines between many recordings: whole batches, and a turn for everybody."""

import asyncio
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from types import TracebackType
from typing import Self

import structlog

from agents import metrics
from agents.errors import ChildDied, DependencyUnavailable, EngineFailed
from agents.tracing import step_span
from agents.transcriber.engine import Chunk, ChunkText, ServedModel
from agents.transcriber.serving.engines import Engines
from agents.transcriber.serving.fair_queue import LanesState, Row

log = structlog.get_logger()

DEATHS_MAX = 3
"""Deaths of the engine's process on one row alone, after which its recording is to blame."""

KILLS_MAX = 5
"""Deaths from outside on one row alone, after which its recording waits before it tries again."""

ROWS_REGAINED_AFTER = 50
"""Full batches without trouble after which a batch may have one row more again."""


class RowsLimitState:
    """The most rows of a batch: halved where the device has too little memory, then regained."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._full = 0
        self.rows = most

    def ran(self, rows: int) -> None:
        """Note that a batch of *rows* succeeded."""
        self._full += rows >= self.rows
        if self.rows < self._most and self._full >= ROWS_REGAINED_AFTER:
            self.rows, self._full = self.rows + 1, 0

    def too_many(self, rows: int) -> None:
        """Note that there was no memory for *rows*."""
        self.rows, self._full = max(1, min(self.rows, rows // 2)), 0


class EngineRunner:
    """Gives *engines* batches of what is waiting when they become free.

    Nothing is waited for to fill a batch: a lone chunk runs at once. If a batch fails, its rows
    run again alone, so that a recording pays for its own chunks only.
    """

    def __init__(self, engines: Engines) -> None:
        self._engines = engines
        self._lanes = LanesState()
        self._limits = {
            name: RowsLimitState(served.batch_rows) for name, served in engines.served.items()
        }
        self._arrived = asyncio.Event()

    async def __aenter__(self) -> Self:
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

    @property
    def served(self) -> Mapping[str, ServedModel]:
        """The models by name, the default one first."""
        return self._engines.served

    @property
    def waiting(self) -> int:
        """Rows that no batch has taken yet."""
        return len(self._lanes)

    def submit(self, recording_id: str, model: str, chunk: Chunk) -> "asyncio.Future[ChunkText]":
        """Line *chunk* up and return its text to come; cancel that to give the chunk up."""
        text: asyncio.Future[ChunkText] = asyncio.get_running_loop().create_future()
        now_s = time.monotonic()
        row = Row(recording_id=recording_id, model=model, chunk=chunk, text=text, since_s=now_s)
        self._lanes.put(row, apart=self.served[model].rows_add_up)
        metrics.QUEUE_ROWS.set(len(self._lanes))
        self._arrived.set()
        return text

    async def _run(self) -> None:
        while True:
            await self._arrived.wait()
            lane = self._lanes.next_lane()
            if lane is None:
                self._arrived.clear()
            elif batch := self._lanes.take(lane, self._limits[lane.model].rows):
                self._show_waited(batch)
                await self._answer(batch)

    def _show_waited(self, batch: Sequence[Row]) -> None:
        now_s = time.monotonic()
        metrics.QUEUE_ROWS.set(len(self._lanes))
        for row in batch:
            metrics.QUEUE_SECONDS.labels(row.model).observe(now_s - row.since_s)

    async def _answer(self, batch: Sequence[Row]) -> None:
        """Give every row of *batch* its text, or the error that it alone leads to."""
        error = await self._try(batch)
        if error is None:
            return
        if isinstance(error, DependencyUnavailable):
            _fail(batch, error)
        elif len(batch) == 1:
            await self._answer_alone(batch[0], error)
        elif isinstance(error, EngineFailed) and error.out_of_memory:
            self._limits[batch[0].model].too_many(len(batch))
            log.warning("too little memory for a batch", rows=len(batch))
            half = len(batch) // 2
            await self._answer(batch[:half])
            await self._answer(batch[half:])
        else:
            log.warning("a batch failed", rows=len(batch), error=str(error))
            for row in batch:
                await self._answer([row])

    async def _answer_alone(self, row: Row, error: BaseException) -> None:
        """Try *row* again where the engine's process died, until it is clear what from."""
        deaths = kills = 0
        failed: BaseException | None = error
        while isinstance(failed, ChildDied) and not row.text.done():
            deaths, kills = deaths + failed.counts, kills + (not failed.counts)
            if deaths >= DEATHS_MAX or kills >= KILLS_MAX:
                failed = _blaming(row, failed, max(1, deaths))
                break
            failed = await self._try([row])
        if failed is not None:
            _fail([row], failed)

    async def _try(self, batch: Sequence[Row]) -> BaseException | None:
        """Run *batch* and give its rows their text; return the error where there is one."""
        model = batch[0].model
        work = self._engines.transcribe(model, [row.chunk for row in batch])
        with self._shown(model, len(batch)):
            [texts] = await asyncio.gather(work, return_exceptions=True)
        if isinstance(texts, BaseException):
            return texts
        if len(texts) != len(batch):
            return EngineFailed(f"the engine gave {len(texts)} texts for {len(batch)} chunks")
        self._limits[model].ran(len(batch))
        for row, text in zip(batch, texts, strict=True):
            if not row.text.done():
                row.text.set_result(text)
        return None

    @contextmanager
    def _shown(self, model: str, rows: int) -> Iterator[None]:
        """Count a batch, and how long it takes."""
        labels = self.served[model].engine, model
        metrics.BATCH_ROWS.labels(*labels).observe(rows)
        metrics.BATCH_FILL.labels(*labels).observe(rows / self._limits[model].rows)
        began_s = time.monotonic()
        with step_span("engine batch", model=model, rows=rows):
            yield
        metrics.ENGINE_SECONDS.labels(*labels).inc(time.monotonic() - began_s)


def _fail(rows: Sequence[Row], error: BaseException) -> None:
    for row in rows:
        if not row.text.done():
            row.text.set_exception(error)


def _blaming(row: Row, died: ChildDied, deaths: int) -> ChildDied:
    """Return the death of the engine's process as that of *row*'s own piece of its recording."""
    return ChildDied(
        f"{died} (on the speech at {row.chunk.start_ms / 1000:.1f} s)",
        piece=f"speech at {row.chunk.start_ms} ms",
        ended_by=died.ended_by,
        over_limit=died.over_limit,
        deaths=deaths,
    )
