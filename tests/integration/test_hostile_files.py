"""Every bad and hostile file, through the real path: it ends as it should and hurts nothing."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
import pytest_asyncio

from agents.delivery.clock import SystemClock
from agents.errors import AudioError
from agents.settings import load_settings
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.parent import MEMORY_BYTES
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady
from tests.support.audio import babble, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.decoders import WatchedDecoders
from tests.support.engine import FakeEngine
from tests.support.hostile.floods import LIMIT_BYTES, LIMIT_S
from tests.support.hostile.hostile_file import (
    EMPTY,
    OK,
    TOO_LARGE,
    TOO_LONG,
    UNDECODABLE,
    HostileFile,
)
from tests.support.hostile_files import FILES
from tests.support.memory import forget_peak, peak_bytes
from tests.support.watching import AuditState, WatchState, watched

WALL_S = 60.0
"""Longest time until a file's end: far more than any takes, far less than a person waits."""

WORKER_GROWTH_BYTES = 200 << 20
"""Most memory that a file may cost its worker: a few blocks of sound, and what the engine holds."""

DECODER_BYTES = MEMORY_BYTES + (300 << 20)
"""Most memory of a decoder, with what it shares with its parent."""

GOOD = wav_bytes(babble(3.0))


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """A worker's bench, and the watch over it."""

    bench: Workbench
    decoders: WatchedDecoders
    folder: Path
    watch: WatchState
    audit: AuditState


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a file ended, and what it cost."""

    end: str
    warnings: frozenset[str] = frozenset()
    heard_s: float = 0.0


@pytest.fixture(scope="module")
def watch(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WatchState]:
    with watched(tmp_path_factory.mktemp("planted") / "secrets") as watch:
        yield watch


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def world(
    tmp_path_factory: pytest.TempPathFactory, watch: WatchState
) -> AsyncIterator[World]:
    """Open a bench whose decoders stand in the folder with the planted file."""
    state_dir = tmp_path_factory.mktemp("state")
    settings = load_settings(state_dir=state_dir, audio_max_s=LIMIT_S, audio_max_bytes=LIMIT_BYTES)
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(watch.lure.file.parent)
        async with open_workbench(settings, SystemClock(), FakeEngine()) as bench:
            with WatchedDecoders(DecodeLimits(max_s=LIMIT_S)) as decoders:
                world = World(
                    bench=replace(bench, listener=replace(bench.listener, decoders=decoders)),
                    decoders=decoders,
                    folder=state_dir / "audio",
                    watch=watch,
                    audit=AuditState((str(state_dir), "/proc/self/", sys.prefix, sys.base_prefix)),
                )
                await transcribed(world, "first.wav", GOOD)  # opens the time zone
                yield world
                world.audit.stop()


async def transcribed(world: World, name: str, content: bytes) -> TranscriptReady:
    path = world.folder / name
    path.write_bytes(content)
    event = an_audio_received(audio_uri=path.as_uri(), content_sha256=None)
    try:
        return await transcribe(event, bench=world.bench, progress=lambda *_: None)
    finally:
        path.unlink()


async def outcome(world: World, name: str, content: bytes) -> Outcome:
    try:
        transcript = await transcribed(world, name, content)
    except AudioError as error:
        return Outcome(end=error.reason)
    return Outcome(
        end=transcript.status.value.lower(),
        warnings=frozenset(transcript.warnings) & {"damaged", "truncated"},
        heard_s=transcript.duration_ms / 1000,
    )


@pytest.mark.asyncio(loop_scope="module")
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
async def test_a_hostile_file_ends_as_it_should_and_hurts_nothing(
    world: World, file: HostileFile
) -> None:
    content = file.build(world.watch.lure)
    forget_peak()
    peak_before, began_s = peak_bytes(), time.monotonic()
    world.audit.seen()

    ended = await outcome(world, file.name, content)

    assert (ended.end, ended.warnings) == (file.end, file.warnings)
    assert ended.heard_s >= file.heard_s
    assert time.monotonic() - began_s < WALL_S
    assert peak_bytes() - peak_before < WORKER_GROWTH_BYTES
    assert all(one.peak_bytes < DECODER_BYTES for one in world.decoders.endings())
    assert (world.watch.touched(), world.audit.seen()) == ([], [])


@pytest.mark.asyncio(loop_scope="module")
async def test_hostile_files_all_at_once_leave_good_ones_alone(world: World) -> None:
    """Each file that ends at once is worked on beside all others, and beside good ones."""
    files = [file for file in FILES if file.end == UNDECODABLE]
    works = [outcome(world, file.name, file.build(world.watch.lure)) for file in files]
    good = [transcribed(world, f"good-{n}.wav", GOOD) for n in range(8)]

    transcripts, outcomes = await asyncio.gather(asyncio.gather(*good), asyncio.gather(*works))

    assert {ended.end for ended in outcomes} == {UNDECODABLE}
    assert {transcript.duration_ms for transcript in transcripts} == {3_000}
    assert len({transcript.text_sha256 for transcript in transcripts}) == 1
    assert all(transcript.segments for transcript in transcripts)
    assert (world.watch.touched(), world.audit.seen()) == ([], [])


def test_there_are_files_of_every_kind() -> None:
    names = [file.name for file in FILES]

    assert len(names) == len(set(names)) > 150
    assert {file.end for file in FILES} == {OK, EMPTY, UNDECODABLE, TOO_LONG, TOO_LARGE}
