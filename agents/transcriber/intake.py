"""From an open file to chunks of speech: decoding, voice activity and cutting, as one stream."""

import asyncio
import time
from collections.abc import AsyncGenerator, Generator, Iterator
from concurrent.futures import Executor
from contextlib import closing, suppress
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.chunks import ChunkerState
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.samples import Samples
from agents.transcriber.voice_activity import VoiceActivity


@dataclass(frozen=True, slots=True, kw_only=True)
class Listener:
    """What turns any recording into chunks; shared by all recordings of a worker."""

    voice: VoiceActivity
    decoders: Decoders
    threads: Executor


class IntakeState:
    """One recording on its way in; `decoding` tells about the file."""

    def __init__(
        self, file: BinaryIO, listener: Listener, policy: ChunkPolicy, options: EngineOptions
    ) -> None:
        self.decoding = listener.decoders.begin(file)
        self._voice = listener.voice.stream()
        self._chunker = ChunkerState(policy, options)
        self._threads = listener.threads
        self.decode_s = self.voice_s = 0.0
        """Time spent on bytes and on finding speech, in seconds."""

    def __iter__(self) -> Generator[list[Chunk], None, None]:
        """Yield what each block of sound completed: often nothing, never much."""
        with closing(iter(self.decoding)) as blocks:
            while (block := self._decoded(blocks)) is not None:
                yield list(self._chunker.push(block, self._spoken(block)))
        nothing = np.empty(0, np.float32)
        yield [*self._chunker.push(nothing, self._voice.finish()), *self._chunker.finish()]

    def _decoded(self, blocks: Iterator[Samples]) -> Samples | None:
        began_s = time.monotonic()
        block = next(blocks, None)
        self.decode_s += time.monotonic() - began_s
        return block

    def _spoken(self, block: Samples) -> list[float]:
        began_s = time.monotonic()
        probabilities = self._voice.push(block)
        self.voice_s += time.monotonic() - began_s
        return probabilities

    async def chunks(self) -> AsyncGenerator[Chunk, None]:
        """Yield the chunks; each block is worked on in a thread, and only when it is asked for.

        To close this ends the decoder.
        """
        with closing(iter(self)) as blocks:
            while (block := await self._next(blocks)) is not None:
                for chunk in block:
                    yield chunk

    async def _next(self, blocks: Iterator[list[Chunk]]) -> list[Chunk] | None:
        loop = asyncio.get_running_loop()
        work = loop.run_in_executor(self._threads, next, blocks, None)
        try:
            return await asyncio.shield(work)
        except asyncio.CancelledError:
            # The file is closed once we are gone: let the thread come back from it first.
            while not work.done():
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([work])
            work.exception()  # of no use to anybody any more
            raise
