import asyncio
import threading
from collections.abc import Sequence

import numpy as np
import pytest

from agents.errors import EngineFailed
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.runner import EngineRunner, FairQueueState, Row
from tests.support.engine import FakeEngine


def chunk(seconds: float) -> Chunk:
    samples = np.zeros(round(seconds * 16_000), np.float32)
    return Chunk(samples=samples, start_ms=0, speech_ms=0)


def said(text: ChunkText) -> str:
    return text.segments[0].text.strip()


def a_row(recording_id: str, seconds: float = 1.0) -> Row:
    text: asyncio.Future[ChunkText] = asyncio.get_running_loop().create_future()
    return Row(recording_id=recording_id, chunk=chunk(seconds), text=text)


async def test_each_recording_has_its_turn() -> None:
    queue = FairQueueState()
    rows = [a_row(name) for name in ("long", "long", "long", "long", "note")]
    for row in rows:
        queue.put(row)

    taken = [[row.recording_id for row in queue.take(2)] for _ in range(3)]

    assert taken == [["long", "note"], ["long", "long"], ["long"]]


async def test_what_nobody_waits_for_is_left_out() -> None:
    queue, given_up = FairQueueState(), a_row("a")
    queue.put(given_up)
    queue.put(a_row("b"))
    given_up.text.cancel()

    assert [row.recording_id for row in queue.take(5)] == ["b"]


async def test_warms_the_engine_up_before_it_is_used() -> None:
    engine = FakeEngine()

    async with EngineRunner(engine):
        assert engine.warmed_up


async def test_gives_every_chunk_its_own_text() -> None:
    async with EngineRunner(FakeEngine(batch_rows=3)) as runner:
        texts = await asyncio.gather(
            *(runner.submit(f"r{n % 5}", chunk(n / 10)) for n in range(1, 40))
        )

    assert [said(text) for text in texts] == [f"{n / 10:.2f} seconds." for n in range(1, 40)]


class BlockedEngine(FakeEngine):
    """Waits in each batch until it is let go."""

    def __init__(self) -> None:
        super().__init__(batch_rows=4)
        self.started, self.go = threading.Event(), threading.Event()

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        self.started.set()
        assert self.go.wait(10)
        return super().transcribe(batch)


async def test_a_lone_chunk_runs_at_once_and_those_behind_it_together() -> None:
    engine = BlockedEngine()
    async with EngineRunner(engine) as runner:
        first = runner.submit("a", chunk(1))
        await asyncio.to_thread(engine.started.wait, 10)
        others = [runner.submit(name, chunk(1)) for name in "bcd"]
        engine.go.set()
        await asyncio.gather(first, *others)

    assert engine.batches == [1, 3]


async def test_a_chunk_that_breaks_the_engine_fails_alone() -> None:
    engine = FakeEngine(batch_rows=4, breaks=lambda chunk: len(chunk.samples) == 16_000)
    async with EngineRunner(engine) as runner:
        bad = runner.submit("bad", chunk(1))
        good = [runner.submit(f"good {n}", chunk(2)) for n in range(3)]

        assert [said(text) for text in await asyncio.gather(*good)] == ["2.00 seconds."] * 3
        with pytest.raises(EngineFailed):
            await bad


async def test_goes_on_after_a_bug_in_the_engine() -> None:
    def says(chunk: Chunk) -> str:
        return {16_000: "fine"}[len(chunk.samples)]

    async with EngineRunner(FakeEngine(says=says)) as runner:
        with pytest.raises(KeyError):
            await runner.submit("a", chunk(2))

        assert said(await runner.submit("b", chunk(1))) == "fine"


async def test_too_few_texts_are_a_failure_of_the_engine() -> None:
    class Short(FakeEngine):
        def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
            return super().transcribe(batch)[1:]

    async with EngineRunner(Short()) as runner:
        with pytest.raises(EngineFailed, match="0 texts for 1 chunks"):
            await runner.submit("a", chunk(1))


async def test_a_given_up_chunk_disturbs_nobody() -> None:
    engine = BlockedEngine()
    async with EngineRunner(engine) as runner:
        given_up, other = runner.submit("a", chunk(1)), runner.submit("b", chunk(2))
        await asyncio.to_thread(engine.started.wait, 10)
        given_up.cancel()
        engine.go.set()

        assert said(await other) == "2.00 seconds."
