"""A diarizer beside the engine: it costs no text and no time, whatever it does."""

import asyncio
import gc
import threading
from collections.abc import AsyncIterator, Sequence

import pytest

from agents.errors import DiarizerFailed
from agents.transcriber import speakers as speakers_module
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.speakers import SpeakersState, ToldApart
from agents.transcriber.transcript import HeardChunk, said
from tests.support.audio import silence
from tests.support.diarizer import FakeDiarizer, a_turn
from tests.support.engine import FakeEngine
from tests.support.waiting import PATIENCE_S, until

CHUNKS = [Chunk(samples=silence(1), start_ms=at, speech_ms=900) for at in (0, 2_000, 4_000)]
TURNS = [a_turn(0, 1_500, "x"), a_turn(1_500, 9_000, "y")]


async def stream(chunks: Sequence[Chunk]) -> AsyncIterator[Chunk]:
    for chunk in chunks:
        yield chunk


def heard(chunks: Sequence[Chunk]) -> list[HeardChunk]:
    texts = FakeEngine().transcribe(chunks)
    return [a_heard(chunk, text) for chunk, text in zip(chunks, texts, strict=True)]


def a_heard(chunk: Chunk, text: ChunkText) -> HeardChunk:
    return HeardChunk(
        start_ms=chunk.start_ms, end_ms=chunk.end_ms, speech_ms=chunk.speech_ms, text=text
    )


async def told_apart(
    diarizer: FakeDiarizer | None, *, chunks: Sequence[Chunk] = CHUNKS
) -> ToldApart:
    """Return what is told of *chunks*; all of them come through, in order."""
    speakers = SpeakersState(diarizer)
    assert [chunk async for chunk in speakers.listen(stream(chunks))] == list(chunks)
    return await speakers.told_apart(heard(chunks))


async def test_every_chunk_goes_to_the_diarizer_and_its_turns_to_the_text() -> None:
    diarizer = FakeDiarizer(TURNS)

    told = await told_apart(diarizer)

    assert diarizer.pushed_ms == [0, 2_000, 4_000]
    assert [segment.speaker for _, segment in said(told.chunks)] == ["S1", "S2", "S2"]
    assert told.diarizer == "fake-diarizer"


async def test_without_a_diarizer_the_text_passes_by() -> None:
    assert await told_apart(None) == ToldApart(chunks=tuple(heard(CHUNKS)))


@pytest.mark.parametrize("method", ["begin", "push", "finish"])
@pytest.mark.parametrize("error", [DiarizerFailed(), ValueError("a bug"), MemoryError()])
async def test_a_diarizer_that_fails_costs_no_text(method: str, error: Exception) -> None:
    told = await told_apart(FakeDiarizer(TURNS, **{method: error}))

    assert told == ToldApart(chunks=tuple(heard(CHUNKS)))


async def test_a_diarizer_that_failed_is_not_asked_again() -> None:
    diarizer = FakeDiarizer(TURNS, push=DiarizerFailed())

    await told_apart(diarizer)

    assert (diarizer.pushed_ms, diarizer.finished) == ([0], 0)


@pytest.mark.parametrize("method", ["begin", "push", "finish"])
async def test_a_diarizer_that_hangs_costs_no_text(
    method: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speakers_module, "LEAST_S", 0.05)
    monkeypatch.setattr(speakers_module, "SLOWEST", 0.01)
    diarizer = FakeDiarizer(TURNS)
    diarizer.slow = method
    diarizer.go.clear()

    told = await asyncio.wait_for(told_apart(diarizer), PATIENCE_S / 2)
    diarizer.go.set()

    assert told == ToldApart(chunks=tuple(heard(CHUNKS)))


async def test_a_diarizer_has_longer_for_a_longer_recording(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speakers_module, "LEAST_S", 0.0)
    monkeypatch.setattr(speakers_module, "SLOWEST", PATIENCE_S)
    diarizer = FakeDiarizer(TURNS)
    diarizer.slow = "finish"
    diarizer.go.clear()
    speakers = SpeakersState(diarizer)
    speakers._state = diarizer.begin()

    work = asyncio.create_task(speakers.told_apart(heard(CHUNKS)))
    await until(lambda: diarizer.finished)
    diarizer.go.set()

    assert (await work).diarizer == "fake-diarizer"


async def test_what_hangs_keeps_nobody_from_ending(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(speakers_module, "LEAST_S", 0.05)
    monkeypatch.setattr(speakers_module, "SLOWEST", 0.01)
    diarizer = FakeDiarizer(TURNS)
    diarizer.go.clear()

    await told_apart(diarizer)
    left = [thread for thread in threading.enumerate() if thread.name == "diarizer"]
    diarizer.go.set()

    assert [thread.daemon for thread in left] == [True]


async def test_a_slow_diarizer_holds_one_chunk_and_lets_it_through() -> None:
    diarizer = FakeDiarizer(TURNS)
    diarizer.go.clear()
    chunks = SpeakersState(diarizer).listen(stream(CHUNKS))

    first = await anext(chunks)
    second = asyncio.ensure_future(anext(chunks))
    for _ in range(100):  # turns of the loop: far more than a chunk on its way takes
        await asyncio.sleep(0)
    waits = not second.done()
    diarizer.go.set()

    assert (first, waits, await second) == (CHUNKS[0], True, CHUNKS[1])


async def test_a_recording_given_up_leaves_no_failure_behind(
    caplog: pytest.LogCaptureFixture,
) -> None:
    diarizer = FakeDiarizer(TURNS, push=DiarizerFailed())
    diarizer.go.clear()
    speakers = SpeakersState(diarizer)
    await anext(speakers.listen(stream(CHUNKS)))
    work = asyncio.create_task(speakers.told_apart(heard(CHUNKS)))
    await until(lambda: diarizer.pushed_ms)

    work.cancel()
    diarizer.go.set()

    with pytest.raises(asyncio.CancelledError):
        await work
    await until(lambda: all(thread.name != "diarizer" for thread in threading.enumerate()))
    del work, speakers
    gc.collect()
    assert caplog.records == []
