"""Runs a diarizer beside the engine on the same chunks; whatever becomes of it, the text stays."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from agents.transcriber.diarizer import DiarizationState, Diarizer
from agents.transcriber.engine import Chunk
from agents.transcriber.own_thread import in_own_thread
from agents.transcriber.results import Heard
from agents.transcriber.transcript import HeardChunk, said
from agents.transcriber.turns import with_speakers
from schemas import AudioReceived

SPEAKERS_UNKNOWN = "speakers_unknown"
"""Warning code: the event asks for speakers, and the transcript cannot tell them."""

SLOWEST = 5.0
"""Time that a diarizer may take for sound, in lengths of it: real ones take less than one."""

LEAST_S = 60.0
"""Time that any call of a diarizer may take, in seconds: its model may have to be loaded."""

log = structlog.get_logger()

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldApart:
    """What was heard, with speakers where they are known.

    `diarizer` names the one whose turns these are; None: nobody's, as if it had not been asked.
    """

    chunks: tuple[HeardChunk, ...]
    diarizer: str | None = None


class SpeakersState:
    """One recording's way through *diarizer*; with none, it passes by."""

    def __init__(self, diarizer: Diarizer | None) -> None:
        self._diarizer = diarizer
        self._state: DiarizationState | None = None
        self._pushing: asyncio.Task[None] | None = None

    async def listen(self, chunks: AsyncIterator[Chunk]) -> AsyncGenerator[Chunk, None]:
        """Pass *chunks* on at once, while the diarizer takes each in a thread.

        A chunk waits only if the one before is still with the diarizer: of a recording, the
        sound of one chunk is held beside the budget at most.
        """
        if self._diarizer is not None:
            self._state = await self._tried(self._diarizer.begin, of_ms=0)
        async for chunk in chunks:
            await self._pushed()
            if self._state is not None:
                of_ms = chunk.end_ms - chunk.start_ms
                push = self._tried(partial(self._state.push, chunk), of_ms=of_ms)
                self._pushing = asyncio.create_task(push, name="diarizer")
            yield chunk

    async def told_apart(self, heard: Sequence[HeardChunk]) -> ToldApart:
        """Return *heard* with its speakers, once all its chunks came through here.

        No failure of the diarizer is raised, nor that it takes too long: it is logged, and the
        text stays as it was.
        """
        await self._pushed()
        chunks = None
        if self._state is not None:
            of_ms = max((chunk.end_ms for chunk in heard), default=0)
            chunks = await self._tried(partial(_merged, heard, self._state), of_ms=of_ms)
        if chunks is None or self._diarizer is None:
            return ToldApart(chunks=tuple(heard))
        return ToldApart(chunks=chunks, diarizer=self._diarizer.name)

    async def _pushed(self) -> None:
        if self._pushing is not None:
            await self._pushing
            self._pushing = None

    async def _tried(self, call: Callable[[], _Result], *, of_ms: int) -> _Result | None:
        """Return what *call* gives of *of_ms* of sound; after a failure nothing more is asked."""
        work = in_own_thread(call, name="diarizer", within_s=max(LEAST_S, SLOWEST * of_ms / 1000))
        # gather, because what is not ours may raise anything, and nothing of it may cost the text.
        [outcome] = await asyncio.gather(work, return_exceptions=True)
        if not isinstance(outcome, BaseException):
            return outcome
        name = self._diarizer.name if self._diarizer is not None else None
        log.warning("speakers unknown", diarizer=name, error=repr(outcome))
        self._state = None
        return None


def speaker_warnings(event: AudioReceived, heard: Heard) -> tuple[str, ...]:
    """Return the warning where *event* asks for speakers and *heard* does not tell all of them."""
    known = heard.diarizer and all(segment.speaker for _, segment in said(heard.chunks))
    return (SPEAKERS_UNKNOWN,) if event.diarize and not known else ()


def _merged(heard: Sequence[HeardChunk], state: DiarizationState) -> tuple[HeardChunk, ...]:
    return with_speakers(heard, state.finish(speakers=None))
