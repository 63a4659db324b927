"""Takes one recording's chunks through the engine, in order and within the worker's budget."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass
from typing import Self

from agents.transcriber.audio_budget import AudioAmount, AudioBudgetState, AudioShareState
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.runner import EngineRunner
from agents.transcriber.transcript import HeardChunk


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Coming:
    """A chunk that waits for its text; its samples are the engine's alone."""

    start_ms: int
    end_ms: int
    speech_ms: int
    text: "asyncio.Future[ChunkText]"

    @classmethod
    def of(cls, chunk: Chunk, text: "asyncio.Future[ChunkText]") -> Self:
        return cls(
            start_ms=chunk.start_ms, end_ms=chunk.end_ms, speech_ms=chunk.speech_ms, text=text
        )

    async def heard(self) -> HeardChunk:
        return HeardChunk(
            start_ms=self.start_ms,
            end_ms=self.end_ms,
            speech_ms=self.speech_ms,
            text=await self.text,
        )


async def hear(
    chunks: AsyncIterator[Chunk],
    *,
    recording_id: str,
    runner: EngineRunner,
    budget: AudioBudgetState,
) -> AsyncGenerator[HeardChunk, None]:
    """Yield the text of each of *chunks*; two batches wait for theirs at most, within *budget*.

    Beside the budget stands the chunk in hand: decoded, and not let in yet. To close this gives
    up what still waits.

    Raises:
        EngineError: the engine failed on one of the chunks.

    """
    share = AudioShareState()
    coming: deque[_Coming] = deque()
    try:
        async for chunk in chunks:
            amount = AudioAmount.of(chunk.samples)
            while coming and not budget.fits(share, amount):
                yield await coming.popleft().heard()
            await budget.take(share, amount)
            text = runner.submit(recording_id, chunk)
            budget.give_after(text, share, amount)
            coming.append(_Coming.of(chunk, text))
            if len(coming) >= 2 * runner.engine.batch_rows:
                yield await coming.popleft().heard()
        while coming:
            yield await coming.popleft().heard()
    finally:
        for one in coming:
            one.text.cancel()
