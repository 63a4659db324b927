"""Takes one recording's chunks through the engine, in order and within the worker's budget."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator
from dataclasses import dataclass, replace

from agents.transcriber.audio_budget import AudioAmount, AudioBudgetState, AudioShareState
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.pauses import split_at_longest_pause
from agents.transcriber.quality import is_loop
from agents.transcriber.recording_language import RecordingLanguageState
from agents.transcriber.serving.runner import EngineRunner
from agents.transcriber.transcript import HeardChunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Hearing:
    """One recording at the engines: whose it is, by which model, and within which budget."""

    recording_id: str
    model: str
    hint: str | None
    runner: EngineRunner
    budget: AudioBudgetState


async def hear(chunks: AsyncIterator[Chunk], hearing: Hearing) -> AsyncGenerator[HeardChunk, None]:
    """Yield the text of each of *chunks*; two batches wait for theirs at most, within the budget.

    Beside the budget stand the chunk in hand, decoded and not let in yet, and the few whose
    language is not clear. To close this gives up what still waits.

    Raises:
        EngineError: the engine failed on one of the chunks.

    """
    state = _HearingState(hearing)
    try:
        async for chunk in chunks:
            amount = AudioAmount.of(chunk.samples)
            while state.waits and not state.has_room(amount):
                for heard in await state.next_heard():
                    yield heard
            await state.submit(chunk, amount)
            if state.is_full:
                for heard in await state.next_heard():
                    yield heard
        while state.waits:
            for heard in await state.next_heard():
                yield heard
        for heard in await state.rest():
            yield heard
    finally:
        state.give_up()


class _ComingState:
    """A chunk that waits for its text; its sound goes once nothing more can be asked of it."""

    def __init__(self, chunk: Chunk, text: "asyncio.Future[ChunkText]") -> None:
        self.text = text
        self.chunk: Chunk | None = chunk
        self._times = (chunk.start_ms, chunk.end_ms, chunk.speech_ms)

    def heard(self, text: ChunkText) -> HeardChunk:
        start_ms, end_ms, speech_ms = self._times
        return HeardChunk(start_ms=start_ms, end_ms=end_ms, speech_ms=speech_ms, text=text)

    def drop_sound(self) -> None:
        self.chunk = None


class _HearingState:
    """The chunks of one recording that are at the engine, and those that wait for its language."""

    def __init__(self, hearing: Hearing) -> None:
        self._hearing = hearing
        self._share = AudioShareState()
        self._language = RecordingLanguageState(hearing.hint)
        self._coming: deque[_ComingState] = deque()
        self._undecided: deque[tuple[_ComingState, ChunkText]] = deque()
        served = hearing.runner.served[hearing.model]
        self._coming_max = 2 * served.batch_rows

    @property
    def waits(self) -> bool:
        return bool(self._coming)

    @property
    def is_full(self) -> bool:
        return len(self._coming) >= self._coming_max

    def has_room(self, amount: AudioAmount) -> bool:
        return self._hearing.budget.fits(self._share, amount)

    async def submit(self, chunk: Chunk, amount: AudioAmount) -> None:
        """Line *chunk* up at the engine, once the budget has room for it."""
        budget = self._hearing.budget
        await budget.take(self._share, amount)
        chunk = self._with_prior(chunk)
        coming = _ComingState(chunk, self._text_of(chunk))
        coming.text.add_done_callback(lambda text: self._done(coming, text))
        budget.give_after(coming.text, self._share, amount)
        self._coming.append(coming)

    async def next_heard(self) -> list[HeardChunk]:
        """Wait for the text of the oldest chunk, and return all that is final by then."""
        coming = self._coming[0]
        text = await coming.text
        self._coming.popleft()
        self._language.hear(coming.heard(text).language)
        self._undecided.append((coming, text))
        return await self._decided() if self._language.settled is not None else []

    async def rest(self) -> list[HeardChunk]:
        """Return what waited for the recording's language, at the end of the recording."""
        self._language.settle()
        return await self._decided()

    def give_up(self) -> None:
        for one in self._coming:
            one.text.cancel()

    async def _decided(self) -> list[HeardChunk]:
        final = []
        while self._undecided:
            coming, text = self._undecided.popleft()
            final.extend(await self._final(coming, text))
        return final

    async def _final(self, coming: _ComingState, text: ChunkText) -> list[HeardChunk]:
        """Return *text*, or what a second hearing gives where it cannot stand."""
        heard = coming.heard(text)
        if coming.chunk is None:
            return [heard]
        chunk = self._with_prior(coming.chunk)
        if self._language.is_wrong(heard.language):
            heard = coming.heard(await self._text_of(chunk))
        return await self._without_loop(chunk, heard) if _loops(heard.text) else [heard]

    async def _without_loop(self, chunk: Chunk, heard: HeardChunk) -> list[HeardChunk]:
        """Hear the two parts of a chunk that the model repeats itself on; chance comes last."""
        parts = split_at_longest_pause(chunk)
        if parts is None:
            return [await self._last_resort(chunk, heard)]
        comings = [_ComingState(part, self._text_of(part)) for part in parts]
        texts = await asyncio.gather(*(coming.text for coming in comings))
        first_of_both = [
            (part, coming.heard(text))
            for part, coming, text in zip(parts, comings, texts, strict=True)
        ]
        return [
            await self._last_resort(part, one) if _loops(one.text) else one
            for part, one in first_of_both
        ]

    async def _last_resort(self, chunk: Chunk, heard: HeardChunk) -> HeardChunk:
        options = replace(chunk.options, last_resort=True)
        text = await self._text_of(replace(chunk, options=options))
        return replace(heard, text=text)

    def _text_of(self, chunk: Chunk) -> "asyncio.Future[ChunkText]":
        hearing = self._hearing
        return hearing.runner.submit(hearing.recording_id, hearing.model, chunk)

    def _with_prior(self, chunk: Chunk) -> Chunk:
        return replace(chunk, options=replace(chunk.options, prior=self._language.settled))

    def _done(self, coming: _ComingState, text: "asyncio.Future[ChunkText]") -> None:
        """Drop the sound of a chunk whose text is sure to stand."""
        if text.cancelled() or text.exception() is not None:
            coming.drop_sound()
            return
        language = coming.heard(text.result()).language
        doubted = not language.is_sure and self._language.settled != language.code
        if not doubted and not _loops(text.result()):
            coming.drop_sound()


def _loops(text: ChunkText) -> bool:
    return any(is_loop(segment.compression_ratio) for segment in text.segments)
