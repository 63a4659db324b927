"""Runs a diarizer beside the engine on the same chunks; whatever becomes of it, the text stays."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TypeVar

import structlog

from agents.transcriber.diarizer import DiarizationState, Diarizer
from agents.transcriber.engine import Chunk
from agents.transcriber.results import Heard
from agents.transcriber.transcript import HeardChunk, said
from agents.transcriber.turns import with_speakers
from schemas import AudioReceived

SPEAKERS_UNKNOWN = "speakers_unknown"
"""Warning code: the event asks for speakers, and the transcript cannot tell them."""

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

    async def listen(self, chunks: AsyncIterator[Chunk]) -> AsyncIterator[Chunk]:
        """Pass *chunks* on at once, while the diarizer takes each in a thread.

        A chunk waits only if the one before is still with the diarizer: of a recording, the
        sound of one chunk is held beside the budget at most.
        """
        if self._diarizer is not None:
            self._state = await self._tried(self._diarizer.begin)
        async for chunk in chunks:
            await self._pushed()
            if self._state is not None:
                push = self._tried(partial(self._state.push, chunk))
                self._pushing = asyncio.create_task(push, name="diarizer")
            yield chunk

    async def told_apart(self, heard: Sequence[HeardChunk]) -> ToldApart:
        """Return *heard* with its speakers, once all its chunks came through here.

        No failure of the diarizer is raised: it is logged, and the text stays as it was.
        """
        await self._pushed()
        state = self._state
        chunks = await self._tried(partial(_merged, heard, state)) if state is not None else None
        if chunks is None or self._diarizer is None:
            return ToldApart(chunks=tuple(heard))
        return ToldApart(chunks=chunks, diarizer=self._diarizer.name)

    async def _pushed(self) -> None:
        if self._pushing is not None:
            await self._pushing
            self._pushing = None

    async def _tried(self, call: Callable[[], _Result]) -> _Result | None:
        """Return what *call* gives, in a thread; after a failure nothing more is asked."""
        # gather, because what is not ours may raise anything, and nothing of it may cost the text.
        [outcome] = await asyncio.gather(asyncio.to_thread(call), return_exceptions=True)
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
