"""Chunks that are heard once more: in their recording's language, or because the model looped."""

from collections.abc import AsyncIterator, Callable, Sequence

import numpy as np
import pytest

from agents.transcriber.audio_budget import AudioBudgetState
from agents.transcriber.engine import Chunk, ChunkText, TextSegment
from agents.transcriber.hearing import Hearing, hear
from agents.transcriber.languages import choose_language
from agents.transcriber.samples import SAMPLE_RATE_HZ
from agents.transcriber.serving.engines import EngineThread
from agents.transcriber.serving.runner import EngineRunner
from agents.transcriber.transcript import HeardChunk
from tests.support.audio import babble, silence
from tests.support.engine import FakeEngine

Ranking = Sequence[tuple[str, float]]


class PolyglotEngine(FakeEngine):
    """Ranks languages by where a chunk begins, as *ranks* says; notes what it was asked."""

    def __init__(
        self,
        ranks: Callable[[Chunk], Ranking] = lambda _: [("en", 1.0)],
        loops: Callable[[Chunk], bool] = lambda _: False,
    ) -> None:
        super().__init__()
        self.asked: list[tuple[int, str | None, bool]] = []
        self._ranks, self._loops = ranks, loops

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        return [self._answer(chunk) for chunk in batch]

    def _answer(self, chunk: Chunk) -> ChunkText:
        options = chunk.options
        self.asked.append((chunk.start_ms, options.prior, options.last_resort))
        language, probability = choose_language(
            self._ranks(chunk), prior=options.prior, speech_ms=chunk.speech_ms
        )
        segment = TextSegment(
            start_s=0.0,
            end_s=len(chunk.samples) / SAMPLE_RATE_HZ,
            text=f" {language} at {chunk.start_ms}",
            avg_logprob=-0.1,
            no_speech_prob=0.0,
            compression_ratio=9.0 if self._loops(chunk) else 1.0,
            sampled=options.last_resort,
        )
        return ChunkText(segments=(segment,), language=language, language_probability=probability)


def a_chunk(start_s: int, speech_s: float = 5.0) -> Chunk:
    samples = np.concatenate([babble(2, start_s), silence(1), babble(2, start_s)])
    return Chunk(samples=samples, start_ms=start_s * 1000, speech_ms=round(speech_s * 1000))


async def heard(
    engine: PolyglotEngine, chunks: Sequence[Chunk], hint: str | None = None
) -> list[HeardChunk]:
    async def stream() -> AsyncIterator[Chunk]:
        for chunk in chunks:
            yield chunk

    async with EngineThread([engine]) as engines, EngineRunner(engines) as runner:
        budget = AudioBudgetState(max_s=600, max_bytes=1 << 30)
        hearing = Hearing(
            recording_id="r", model="fake-model", hint=hint, runner=runner, budget=budget
        )
        return [one async for one in hear(stream(), hearing)]


def texts(chunks: Sequence[HeardChunk]) -> list[str]:
    return [segment.text.strip() for chunk in chunks for segment in chunk.text.segments]


GERMAN, UNSURE_ENGLISH = [("de", 0.95), ("en", 0.01)], [("en", 0.5), ("de", 0.4)]


async def test_a_doubtful_chunk_is_heard_again_in_its_recordings_language() -> None:
    engine = PolyglotEngine(lambda one: UNSURE_ENGLISH if one.start_ms == 0 else GERMAN)

    chunks = await heard(engine, [a_chunk(n) for n in range(0, 60, 10)])

    assert texts(chunks) == [f"de at {n * 1000}" for n in range(0, 60, 10)]
    assert chunks[0].text.language_probability == 0.4


async def test_a_chunk_that_is_surely_in_another_language_stays_so() -> None:
    engine = PolyglotEngine(lambda one: [("en", 0.9)] if one.start_ms == 20_000 else GERMAN)

    chunks = await heard(engine, [a_chunk(n) for n in range(0, 40, 10)], hint="de")

    assert [one.text.language for one in chunks] == ["de", "de", "en", "de"]


async def test_what_is_heard_does_not_depend_on_when_the_language_was_settled() -> None:
    """Once told from the start, once found out on the way: by then many chunks are heard."""

    def ranks(chunk: Chunk) -> Ranking:
        return UNSURE_ENGLISH if chunk.start_ms % 3 == 0 else GERMAN

    chunks = [a_chunk(n) for n in range(0, 400, 10)]

    found_out = await heard(PolyglotEngine(ranks), chunks)
    told = await heard(PolyglotEngine(ranks), chunks, hint="de")

    assert found_out == told


async def test_a_lone_doubtful_chunk_keeps_its_best_language() -> None:
    engine = PolyglotEngine(lambda _: UNSURE_ENGLISH)

    assert texts(await heard(engine, [a_chunk(0)])) == ["en at 0"]
    assert engine.asked == [(0, None, False)]


async def test_a_looping_chunk_is_cut_at_its_longest_pause() -> None:
    engine = PolyglotEngine(loops=lambda one: len(one.samples) > 4 * SAMPLE_RATE_HZ)

    chunks = await heard(engine, [a_chunk(0)])

    assert [one.start_ms for one in chunks] == [0, pytest.approx(2_500, abs=60)]
    assert [(one.end_ms, one.speech_ms) for one in chunks][1] == (5_000, 2_500)
    assert not any(last_resort for *_, last_resort in engine.asked)


async def test_chance_comes_last_and_only_for_the_part_that_loops() -> None:
    engine = PolyglotEngine(loops=lambda one: one.start_ms == 0)

    chunks = await heard(engine, [a_chunk(0)])

    sampled = [segment.sampled for one in chunks for segment in one.text.segments]
    assert sampled == [True, False]
    assert [last_resort for *_, last_resort in engine.asked] == [False, False, False, True]
