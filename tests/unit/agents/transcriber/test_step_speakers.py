"""What an event that asks for speakers gets."""

from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from agents.delivery.clock import SystemClock
from agents.errors import DiarizerFailed
from agents.settings import load_settings
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady
from tests.support.audio import babble, silence, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.diarizer import FakeDiarizer, a_turn
from tests.support.engine import FakeEngine

TWO_SENTENCES = np.concatenate(
    [silence(0.5), babble(2, 1), silence(1.5), babble(3, 2), silence(0.5)]
)
SENTENCES = ChunkPolicy(silence_ms=300, pad_ms=150, merge=False)
TURNS = [a_turn(0, 3_000, "x"), a_turn(3_000, 9_000, "y")]


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(policy=SENTENCES)


@pytest.fixture
async def bench(tmp_path: Path, engine: FakeEngine) -> AsyncIterator[Workbench]:
    settings = load_settings(state_dir=tmp_path)
    async with open_workbench(settings, SystemClock(), engine) as bench:
        (tmp_path / "audio" / "memo.wav").write_bytes(wav_bytes(TWO_SENTENCES))
        yield bench


async def heard(
    bench: Workbench, folder: Path, *, diarize: bool = True, **changes: Any
) -> TranscriptReady:
    uri = (folder / "audio" / "memo.wav").as_uri()
    event = an_audio_received(audio_uri=uri, content_sha256=None, diarize=diarize, **changes)
    transcript = await transcribe(event, bench=bench, progress=lambda *_: None)
    return replace(transcript, processing_ms=0)


async def test_segments_carry_their_speakers(bench: Workbench, tmp_path: Path) -> None:
    transcript = await heard(replace(bench, diarizer=FakeDiarizer(TURNS)), tmp_path)

    assert [segment.speaker for segment in transcript.segments] == ["S1", "S2"]
    assert transcript.warnings == ()


async def test_without_a_diarizer_a_warning_stands_for_them(
    bench: Workbench, tmp_path: Path
) -> None:
    plain, asked = await heard(bench, tmp_path, diarize=False), await heard(bench, tmp_path)

    assert asked == replace(plain, warnings=("speakers_unknown",))


@pytest.mark.parametrize("method", ["begin", "push", "finish"])
async def test_a_diarizer_that_fails_leaves_the_transcript_as_it_is_without(
    bench: Workbench, tmp_path: Path, method: str
) -> None:
    broken = replace(bench, diarizer=FakeDiarizer(TURNS, **{method: DiarizerFailed()}))

    asked = await heard(broken, tmp_path)

    plain = await heard(bench, tmp_path, diarize=False)
    assert asked == replace(plain, warnings=("speakers_unknown",))


async def test_text_without_turns_has_unknown_speakers(bench: Workbench, tmp_path: Path) -> None:
    transcript = await heard(replace(bench, diarizer=FakeDiarizer()), tmp_path)

    assert transcript.warnings == ("speakers_unknown",)


async def test_where_nothing_was_said_no_speaker_is_missing(
    bench: Workbench, tmp_path: Path
) -> None:
    (tmp_path / "audio" / "memo.wav").write_bytes(wav_bytes(silence(2)))

    assert (await heard(replace(bench, diarizer=FakeDiarizer()), tmp_path)).warnings == ()


async def test_speakers_are_told_once_for_the_same_bytes(
    bench: Workbench, tmp_path: Path, engine: FakeEngine
) -> None:
    diarizer = FakeDiarizer(TURNS)
    with_one = replace(bench, diarizer=diarizer)

    first, batches = await heard(with_one, tmp_path), len(engine.batches)

    assert await heard(with_one, tmp_path) == first
    assert (len(engine.batches), diarizer.finished) == (batches, 1)


async def test_what_was_heard_without_speakers_is_not_heard_again_for_a_warning(
    bench: Workbench, tmp_path: Path, engine: FakeEngine
) -> None:
    await heard(bench, tmp_path, diarize=False)
    batches = len(engine.batches)

    asked = await heard(bench, tmp_path)

    assert (asked.warnings, len(engine.batches)) == (("speakers_unknown",), batches)


async def test_after_a_failure_only_the_speakers_are_tried_again(
    bench: Workbench, tmp_path: Path, engine: FakeEngine
) -> None:
    await heard(replace(bench, diarizer=FakeDiarizer(finish=DiarizerFailed())), tmp_path)
    batches = len(engine.batches)

    plain = await heard(bench, tmp_path, diarize=False)
    failed = await heard(replace(bench, diarizer=FakeDiarizer(push=DiarizerFailed())), tmp_path)
    again = await heard(replace(bench, diarizer=FakeDiarizer(TURNS)), tmp_path)

    assert failed == replace(plain, warnings=("speakers_unknown",))
    assert [segment.speaker for segment in again.segments] == ["S1", "S2"]
    assert "".join(part.text for part in again.segments) == "".join(
        part.text for part in plain.segments
    )
    assert len(engine.batches) == batches


async def test_only_the_text_without_speakers_is_a_duplicate_of_the_plain_one(
    bench: Workbench, tmp_path: Path
) -> None:
    await heard(bench, tmp_path, diarize=False)

    failing = replace(bench, diarizer=FakeDiarizer(finish=DiarizerFailed()))
    without = await heard(failing, tmp_path, recording_id="without")
    told = await heard(replace(bench, diarizer=FakeDiarizer(TURNS)), tmp_path, recording_id="with")

    assert without.duplicate_of == an_audio_received().recording_id
    assert told.duplicate_of is None


async def test_only_a_diarizer_that_was_asked_for_changes_the_transcripts_id(
    bench: Workbench, tmp_path: Path
) -> None:
    with_one = replace(bench, diarizer=FakeDiarizer(TURNS))

    plain = await heard(bench, tmp_path, diarize=False)

    assert await heard(with_one, tmp_path, diarize=False) == plain
    assert (await heard(with_one, tmp_path)).transcript_id != plain.transcript_id


async def test_the_reference_diarizer_is_named_in_the_settings(tmp_path: Path) -> None:
    settings = load_settings(state_dir=tmp_path, diarizer="reference")
    async with open_workbench(settings, SystemClock(), FakeEngine()) as bench:
        assert bench.diarizer is not None
        assert bench.diarizer.name == "reference-1"
