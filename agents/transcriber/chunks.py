"""Cuts a stream of sound into chunks of speech for the engine, holding one chunk at most."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples
from agents.transcriber.speech import Region, SpeechFinderState, SpeechPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """A chunk in the making, in samples: `end` is where its last speech ends, before padding."""

    start: int
    end: int
    speech: int


class ChunkerState:
    """Takes sound and its speech probabilities as they come, gives chunks as they are complete.

    A chunk keeps the pauses inside it, so a time in it is its start plus an offset. Padding
    never reaches into a neighbour: two chunks share the pause between them.
    """

    def __init__(self, policy: ChunkPolicy, options: EngineOptions) -> None:
        self._policy = policy
        self._options = options
        self._max = int(policy.max_s * SAMPLE_RATE_HZ)
        self._pad = policy.pad_ms * SAMPLES_PER_MS
        self._finder = SpeechFinderState(SpeechPolicy.for_chunks(policy))
        self._span: _Span | None = None
        self._last_end: int | None = None
        self._held: Samples = np.empty(0, np.float32)
        self._held_from = 0

    def push(self, samples: Samples, probabilities: Sequence[float]) -> Iterator[Chunk]:
        """Take the next *samples* and the *probabilities* of the windows completed by now."""
        self._held = np.concatenate((self._held, samples))
        yield from self._take(self._finder.push(probabilities))
        yield from self._release()
        self._forget()

    def finish(self) -> Iterator[Chunk]:
        """End the recording and give what is left."""
        yield from self._take(self._finder.finish(self._total))
        if self._span is not None:
            yield self._cut(self._span, self._pad)
        self._span, self._held = None, self._held[:0]

    @property
    def _total(self) -> int:
        return self._held_from + len(self._held)

    def _take(self, regions: Iterator[Region]) -> Iterator[Chunk]:
        for region in regions:
            span, length = self._span, region.end - region.start
            if span is not None and self._fits(span, region):
                self._span = replace(span, end=region.end, speech=span.speech + length)
            else:
                gap = region.start if self._last_end is None else region.start - self._last_end
                pad = self._pad if self._last_end is None else min(self._pad, gap // 2)
                if span is not None:
                    yield self._cut(span, pad)
                start = max(0, region.start - pad)
                self._span = _Span(start=start, end=region.end, speech=length)
            self._last_end = region.end

    def _fits(self, span: _Span, region: Region) -> bool:
        return self._policy.merge and region.end + self._pad - span.start <= self._max

    def _release(self) -> Iterator[Chunk]:
        """Give the chunk in the making as soon as nothing to come can belong to it."""
        span, open_since = self._span, self._finder.open_since
        if span is None:
            return
        position = self._finder.position
        gap = (position if open_since is None else open_since) - span.end
        gap_known = open_since is not None or gap >= 2 * self._pad
        full = not self._policy.merge or position + self._pad > span.start + self._max
        if gap_known and full:
            yield self._cut(span, min(self._pad, gap // 2))
            self._span = None

    def _cut(self, span: _Span, pad: int) -> Chunk:
        end = min(self._total, span.end + pad, span.start + self._max)
        samples = self._held[span.start - self._held_from : end - self._held_from]
        return Chunk(
            samples=samples.copy(),
            start_ms=span.start // SAMPLES_PER_MS,
            speech_ms=span.speech // SAMPLES_PER_MS,
            options=self._options,
        )

    def _forget(self) -> None:
        """Drop the sound that no chunk to come can need."""
        if self._span is not None:
            needed = self._span.start
        else:
            open_since = self._finder.open_since
            needed = (self._finder.position if open_since is None else open_since) - self._pad
        drop = max(0, needed - self._held_from)
        self._held, self._held_from = self._held[drop:], self._held_from + drop
