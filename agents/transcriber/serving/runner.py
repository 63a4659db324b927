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
from agents.transcriber.engine import Chunk, ChunkText, PartlyTranscribed, ServedModel
from agents.transcriber.serving.engines import MEMORY, Engines
from agents.transcriber.serving.fair_queue import LanesState, Row
from agents.transcriber.serving.outcomes import (
    blaming,
    ended,
    fail,
    give,
    outage_of,
    share_out,
    unanswered,
)
from agents.transcriber.serving.rows_limit import RowsLimitState

log = structlog.get_logger()

DEATHS_MAX = 3
"""Deaths of the engine's process on one row alone, after which its recording is to blame."""

KILLS_MAX = 5
"""Deaths from outside on one row alone, after which its recording waits before it tries again."""

OUTAGE_PAUSES_S = (0.5, 1.0, 2.0, 4.0, 8.0)
"""Pauses after which a batch is tried again while what the engine needs does not answer. After the
last one its recordings begin anew, as often as it takes."""

FAILURES_MAX = 2
"""Rows that fail alone, one after the other, after which the engine itself may be what is broken:
it is loaded anew."""


class EngineRunner:
    """Gives *engines* batches of what is waiting when they become free.

    Nothing is waited for to fill a batch: a lone chunk runs at once. If a batch fails, its rows
    run again alone, so that a recording pays for its own chunks only.
    """

    def __init__(
        self, engines: Engines, *, outage_pauses_s: Sequence[float] = OUTAGE_PAUSES_S
    ) -> None:
        self._engines = engines
        self._outage_pauses_s = outage_pauses_s
        self._lanes = LanesState()
        self._limits = {
            name: RowsLimitState(served.batch_rows) for name, served in engines.served.items()
        }
        self._arrived = asyncio.Event()
        self._at_work: Sequence[Row] = ()
        self._failures = 0

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
        if self._pump.done():
            fail([row], ended())
        else:
            served = self.served[model]
            self._lanes.put(row, apart=served.rows_add_up, prompts_apart=bool(served.prompt_form))
        metrics.QUEUE_ROWS.set(len(self._lanes))
        self._arrived.set()
        return text

    async def _run(self) -> None:
        try:
            while True:
                await self._arrived.wait()
                lane = self._lanes.next_lane()
                if lane is None:
                    self._arrived.clear()
                elif batch := self._lanes.take(lane, self._limits[lane.model].rows):
                    self._show_waited(batch)
                    self._at_work = batch
                    await self._answer(batch)
        finally:
            fail([*self._at_work, *self._lanes.take_all()], ended())

    def _show_waited(self, batch: Sequence[Row]) -> None:
        now_s = time.monotonic()
        metrics.QUEUE_ROWS.set(len(self._lanes))
        for row in batch:
            metrics.QUEUE_SECONDS.labels(row.model).observe(now_s - row.since_s)

    async def _answer(self, batch: Sequence[Row]) -> None:
        """Give every row of *batch* its text, or the error that it alone leads to."""
        alone = len(batch) == 1
        error = await self._try_through_outages(batch)
        batch = unanswered(batch)
        if error is None or not batch:
            return
        if isinstance(error, DependencyUnavailable):
            fail(batch, error)
            return
        if alone:
            await self._answer_alone(batch[0], error)
        elif isinstance(error, EngineFailed) and error.out_of_memory:
            self._limits[batch[0].model].too_many(len(batch))
            log.warning("too little memory for a batch", rows=len(batch))
            half = len(batch) // 2
            await self._answer_in_turn([batch[:half], batch[half:]])
        else:
            log.warning("a batch failed", rows=len(batch), error=str(error))
            if isinstance(error, EngineFailed) and error.engine_broken:
                self._engines.restart()
            await self._answer_in_turn([[row] for row in batch])

    async def _answer_in_turn(self, parts: Sequence[Sequence[Row]]) -> None:
        """Answer *parts* of a batch; an outage that one has outwaited is that of those behind."""
        for at, part in enumerate(parts):
            await self._answer(part)
            outages = [outage for row in part if (outage := outage_of(row)) is not None]
            if outages:
                fail([row for later in parts[at + 1 :] for row in later], outages[0])
                return

    async def _answer_alone(self, row: Row, error: BaseException) -> None:
        """Try *row* again where that can help, until it is clear what it fails from."""
        failed = await self._after_deaths(row, error)
        if isinstance(failed, EngineFailed) and self._may_be_broken(failed):
            log.warning("the engine may be broken", error=str(failed))
            self._engines.restart()
            self._failures = 0
            failed = await self._after_deaths(row, await self._try([row]))
        if isinstance(failed, EngineFailed) and failed.out_of_memory:
            failed = DependencyUnavailable(MEMORY, f"no memory for a single chunk: {failed}")
        if failed is not None:
            fail([row], failed)

    def _may_be_broken(self, failed: EngineFailed) -> bool:
        """Note that a row failed alone; tell whether a new engine may do better."""
        self._failures += 1
        certain = failed.engine_broken or failed.out_of_memory
        return certain or self._failures >= FAILURES_MAX

    async def _after_deaths(self, row: Row, error: BaseException | None) -> BaseException | None:
        """Try *row* again where the engine's process died, until it is clear what from."""
        deaths = kills = 0
        while isinstance(error, ChildDied) and not row.text.done():
            deaths, kills = deaths + error.counts, kills + (not error.counts)
            if deaths >= DEATHS_MAX or kills >= KILLS_MAX:
                return blaming(row, error, max(1, deaths))
            error = await self._try([row])
        return error

    async def _try_through_outages(self, batch: Sequence[Row]) -> BaseException | None:
        """Try *batch* until what the engine needs answers, but not for ever.

        Where other models are served they may do: their recordings are not to wait for this one's.
        """
        error = await self._try(batch)
        for pause_s in self._outage_pauses_s if len(self.served) == 1 else ():
            if not isinstance(error, DependencyUnavailable):
                break
            await asyncio.sleep(pause_s)
            error = await self._try(unanswered(batch))
        return error

    async def _try(self, batch: Sequence[Row]) -> BaseException | None:
        """Run *batch* and give its rows their text; return the error where there is one."""
        if not batch:
            return None
        model = batch[0].model
        work = self._engines.transcribe(model, [row.chunk for row in batch])
        with self._shown(model, len(batch)):
            [texts] = await asyncio.gather(work, return_exceptions=True)
        if isinstance(texts, PartlyTranscribed):
            self._failures = 0
            return share_out(batch, texts)
        if isinstance(texts, BaseException):
            return texts
        if len(texts) != len(batch):
            return EngineFailed(f"the engine gave {len(texts)} texts for {len(batch)} chunks")
        self._limits[model].ran(len(batch))
        self._failures = 0
        for row, text in zip(batch, texts, strict=True):
            give(row, text)
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
