"""The bound on sound that waits for the engine, as recordings meet it."""

import asyncio
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from agents.delivery.clock import SystemClock
from agents.errors import EngineFailed
from agents.settings import load_settings
from agents.transcriber.audio_budget import NO_AUDIO
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.engine import Chunk
from agents.transcriber.samples import SAMPLE_RATE_HZ
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady
from tests.support.audio import babble, silence, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.engine import FakeEngine
from tests.support.inline import Inline
from tests.support.waiting import PATIENCE_S, until

SENTENCES = ChunkPolicy(silence_ms=300, pad_ms=150, merge=False)
TEN = np.concatenate([silence(0.5), babble(2, 1)] * 10)
"""A recording of ten chunks, each longer than two seconds and shorter than three."""


class Stage:
    """A workbench whose engine waits until it is let go, and what it saw held while it worked."""

    bench: Workbench

    def __init__(self, breaks: Callable[[Chunk], bool] = lambda _: False) -> None:
        self.engine = FakeEngine(policy=SENTENCES, batch_rows=8, says=self._says, breaks=breaks)
        self.go = threading.Event()
        self.seen_s: list[float] = []

    @property
    def held_s(self) -> float:
        return self.bench.budget.held.samples / SAMPLE_RATE_HZ

    async def filled_s(self, at_least_s: float) -> float:
        """Return how much is held once all have taken what they can get."""
        await until(lambda: self.held_s > at_least_s)
        for _ in range(1_000):  # turns of the loop: far more than decoding all of it would take
            await asyncio.sleep(0)
        return self.held_s

    def _says(self, chunk: Chunk) -> str:
        assert self.go.wait(PATIENCE_S)
        self.seen_s.append(self.held_s)
        return str(chunk.start_ms)


@asynccontextmanager
async def opened(folder: Path, stage: Stage, **bounds: float) -> AsyncIterator[Workbench]:
    settings = load_settings(state_dir=folder, **bounds)
    async with open_workbench(settings, SystemClock(), stage.engine) as bench:
        (folder / "audio" / "ten.wav").write_bytes(wav_bytes(TEN))
        stage.bench = replace(bench, listener=replace(bench.listener, threads=Inline()))
        try:
            yield stage.bench
        finally:
            stage.go.set()


async def heard(bench: Workbench, folder: Path, recording_id: str = "one") -> TranscriptReady:
    event = an_audio_received(
        recording_id=recording_id,
        user_id=recording_id,  # the same bytes of the same person would be heard once
        audio_uri=(folder / "audio" / "ten.wav").as_uri(),
        content_sha256=None,
    )
    return await transcribe(event, bench=bench, progress=lambda *_: None)


async def nothing_is_held(bench: Workbench) -> None:
    await until(lambda: bench.budget.held == NO_AUDIO)


async def all_heard(bench: Workbench, folder: Path, count: int) -> list[TranscriptReady]:
    return await asyncio.gather(*(heard(bench, folder, f"r{n}") for n in range(count)))


@pytest.mark.parametrize(
    "bound", [{"in_flight_audio_s": 12}, {"in_flight_audio_bytes": 12 * 4 * SAMPLE_RATE_HZ}]
)
async def test_many_recordings_keep_within_the_bound(
    tmp_path: Path, bound: dict[str, float]
) -> None:
    stage = Stage()
    async with opened(tmp_path, stage, **bound) as bench:
        work = asyncio.create_task(all_heard(bench, tmp_path, 8))
        assert 9 < await stage.filled_s(9) <= 12
        stage.go.set()
        transcripts = await work
        await nothing_is_held(bench)

    assert [len(one.segments) for one in transcripts] == [10] * 8
    assert max(stage.seen_s) <= 12


async def test_a_recording_alone_keeps_within_half_of_it(tmp_path: Path) -> None:
    stage = Stage()
    async with opened(tmp_path, stage, in_flight_audio_s=12) as bench:
        work = asyncio.create_task(heard(bench, tmp_path))
        assert 4 < await stage.filled_s(4) <= 6
        stage.go.set()
        await work

    assert max(stage.seen_s) <= 6


@pytest.mark.parametrize("bound", [{"in_flight_audio_s": 0.001}, {"in_flight_audio_bytes": 1}])
async def test_a_tiny_bound_lets_one_chunk_after_the_other_through(
    tmp_path: Path, bound: dict[str, float]
) -> None:
    stage = Stage()
    stage.go.set()
    async with opened(tmp_path, stage, **bound) as bench:
        transcripts = await all_heard(bench, tmp_path, 4)

    assert [len(one.segments) for one in transcripts] == [10] * 4
    assert set(stage.engine.batches) == {1}


async def test_a_recording_that_fails_gives_everything_back(tmp_path: Path) -> None:
    stage = Stage(breaks=lambda chunk: chunk.start_ms > 10_000)
    stage.go.set()
    async with opened(tmp_path, stage, in_flight_audio_s=12) as bench:
        with pytest.raises(EngineFailed):
            await heard(bench, tmp_path)
        await nothing_is_held(bench)


@pytest.mark.parametrize("count", [1, 8])
async def test_recordings_given_up_give_everything_back(tmp_path: Path, count: int) -> None:
    stage = Stage()
    async with opened(tmp_path, stage, in_flight_audio_s=12) as bench:
        work = asyncio.create_task(all_heard(bench, tmp_path, count))
        await stage.filled_s(4)
        work.cancel()
        with pytest.raises(asyncio.CancelledError):
            await work
        await nothing_is_held(bench)
        stage.go.set()
        assert len((await heard(bench, tmp_path)).segments) == 10
