"""A recording that fails or is given up: nothing goes on working at it."""

import asyncio
import gc
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import numpy as np
import pytest

from agents.delivery.clock import SystemClock
from agents.errors import EngineFailed
from agents.settings import load_settings
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from tests.support.audio import babble, silence, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.decoders import children, parent_of
from tests.support.engine import FakeEngine
from tests.support.waiting import until

LONG = wav_bytes(np.tile(np.concatenate([silence(1), babble(2, 1)]), 200))


@pytest.fixture(autouse=True)
def _no_garbage_is_collected() -> Iterator[None]:
    gc.disable()
    yield
    gc.enable()


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Workbench]:
    engine = FakeEngine(
        policy=ChunkPolicy(silence_ms=300, pad_ms=150, merge=False), breaks=lambda _: True
    )
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), engine) as bench:
        (tmp_path / "audio" / "long.wav").write_bytes(LONG)
        yield bench


async def heard(bench: Workbench, folder: Path) -> None:
    uri = (folder / "audio" / "long.wav").as_uri()
    event = an_audio_received(audio_uri=uri, content_sha256=None)
    await transcribe(event, bench=bench, progress=lambda *_: None)


async def test_the_decoder_of_a_recording_that_failed_is_gone(
    bench: Workbench, tmp_path: Path
) -> None:
    """Also while somebody still holds the error, and with it all that was at work."""
    with pytest.raises(EngineFailed) as caught:
        await heard(bench, tmp_path)

    await until(lambda: not children(parent_of(bench.listener.decoders)))
    assert caught.value.retryable


async def test_the_decoder_of_a_recording_that_is_given_up_is_gone(
    bench: Workbench, tmp_path: Path
) -> None:
    parent = parent_of(bench.listener.decoders)
    work = asyncio.create_task(heard(bench, tmp_path))
    await until(lambda: children(parent))

    for _ in range(3):
        work.cancel()
        await asyncio.sleep(0)

    with pytest.raises(asyncio.CancelledError) as caught:
        await work
    await until(lambda: not children(parent))
    assert caught.tb is not None
