"""A hundred recordings at once, in mixed languages and any order: each gets its own text."""

import asyncio
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from prometheus_client import REGISTRY

from agents.delivery.clock import SystemClock
from agents.settings import load_settings
from agents.transcriber.engine import Chunk, ChunkText
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady
from tests.support import random_whisper
from tests.support.audio import babble, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.speech import all_recordings, chunks_of

MANY = 100


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Workbench]:
    """Open a workbench whose model is of random weights, in the engine's own process."""
    model = random_whisper.build(tmp_path / "other whisper", seed=7)
    settings = load_settings(state_dir=tmp_path, whisper_model=str(model))
    async with open_workbench(settings, SystemClock()) as bench:
        for number in range(MANY):
            sound = babble(2 + number % 5, number)
            (tmp_path / "audio" / f"{number}.wav").write_bytes(wav_bytes(sound))
        yield bench


async def heard(bench: Workbench, folder: Path, number: int, user: str) -> TranscriptReady:
    event = an_audio_received(
        recording_id=f"r{number}",
        user_id=f"{user}{number}",  # or else the second time is only remembered
        audio_uri=(folder / "audio" / f"{number}.wav").as_uri(),
        content_sha256=None,
        size_bytes=None,
        language_hint=(None, "en", "de", "es")[number % 4],
    )
    return await transcribe(event, bench=bench, progress=lambda *_: None)


async def test_all_at_once_say_what_each_says_alone(bench: Workbench, tmp_path: Path) -> None:
    alone = [await heard(bench, tmp_path, number, "alone") for number in range(MANY)]
    shuffled = random.Random(3).sample(range(MANY), MANY)

    work = [heard(bench, tmp_path, number, "together") for number in shuffled]
    together = dict(zip(shuffled, await asyncio.gather(*work), strict=True))

    said = [(one.language, one.segments) for one in alone]
    assert [(together[n].language, together[n].segments) for n in range(MANY)] == said
    assert len({one.text_sha256 for one in alone}) > MANY // 5  # so that a swap would be seen


async def test_real_speech_in_three_languages_is_never_swapped(tmp_path: Path) -> None:
    chunks = [chunk for path in some_of_each_language() for chunk in chunks_of(path)]
    shuffled = random.Random(5).sample(range(len(chunks)), len(chunks))
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock()) as bench:
        alone = [await text(bench, chunk) for chunk in chunks]
        work = [bench.runner.submit(f"r{number}", "demo", chunks[number]) for number in shuffled]
        together = dict(zip(shuffled, await asyncio.gather(*work), strict=True))

    assert [together[number] for number in range(len(chunks))] == alone
    assert {one.language for one in alone} == {"en", "de", "es"}


async def test_chunks_of_people_with_different_names_share_a_batch(tmp_path: Path) -> None:
    asked = [("Siobhán", "Jörg"), ("Aoife", "Kraków", "Łukasz")]
    chunks = [
        chunks_of(path, names=names, prior="en")[0]
        for path, names in zip(some_of_each_language(), asked, strict=False)
    ]
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock()) as bench:
        alone = [await text(bench, chunk) for chunk in chunks]
        before = batches(bench)
        together = [bench.runner.submit(f"r{at}", "demo", chunk) for at, chunk in enumerate(chunks)]

        assert await asyncio.gather(*together) == alone
        assert batches(bench) == (before[0] + 1, before[1] + 2)


def batches(bench: Workbench) -> tuple[float, float]:
    """Return how many batches there were, and their rows."""
    served = bench.runner.served["demo"]
    labels = {"engine": served.engine, "model": served.name}
    name = "daybook_engine_batch_rows"
    count, rows = (
        REGISTRY.get_sample_value(f"{name}_{part}", labels) or 0.0 for part in ("count", "sum")
    )
    return count, rows


def some_of_each_language() -> list[Path]:
    spoken = [
        [one.path for one in all_recordings() if one.language == language]
        for language in ("en", "de", "es")
    ]
    return [path for paths in spoken for path in paths[:3]]


async def text(bench: Workbench, chunk: Chunk) -> ChunkText:
    return await bench.runner.submit("alone", "demo", chunk)
