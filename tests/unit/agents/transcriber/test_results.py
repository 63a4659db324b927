"""Work that was done is not done again, and nobody gets what somebody else's work found."""

import asyncio
import hashlib
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agents.delivery.clock import SystemClock
from agents.errors import AudioMismatch, AudioMissing
from agents.settings import load_settings
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady, UserSettings
from tests.support.audio import babble, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.engine import FakeEngine

MEMO = wav_bytes(babble(3))
MEMO_SHA256 = hashlib.sha256(MEMO).hexdigest()


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
async def bench(tmp_path: Path, engine: FakeEngine) -> AsyncIterator[Workbench]:
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), engine) as bench:
        (tmp_path / "audio" / "memo.wav").write_bytes(MEMO)
        yield bench


@pytest.fixture
def memo(tmp_path: Path) -> Path:
    return tmp_path / "audio" / "memo.wav"


async def heard(bench: Workbench, path: Path, **changes: Any) -> TranscriptReady:
    asked = {"content_sha256": None, "size_bytes": None, **changes}
    event = an_audio_received(audio_uri=path.as_uri(), **asked)
    return await transcribe(event, bench=bench, progress=lambda *_: None)


def lose(path: Path) -> None:
    path.unlink()


def without_time(transcript: TranscriptReady) -> TranscriptReady:
    return replace(transcript, processing_ms=0)


async def test_a_replay_costs_no_inference_and_gives_the_same_transcript(
    bench: Workbench, memo: Path, engine: FakeEngine
) -> None:
    first, again = await heard(bench, memo), await heard(bench, memo)

    assert without_time(again) == without_time(first)
    assert first.duplicate_of is None
    assert engine.batches == [1]


async def test_the_same_bytes_under_another_id_are_named_a_duplicate(
    bench: Workbench, memo: Path, engine: FakeEngine
) -> None:
    first = await heard(bench, memo, recording_id="one")
    again = await heard(bench, memo, recording_id="two")

    assert again.duplicate_of == "one"
    assert again.segments == first.segments
    assert again.transcript_id != first.transcript_id
    assert engine.batches == [1]


async def test_the_same_bytes_at_the_same_time_are_heard_once(
    bench: Workbench, memo: Path, engine: FakeEngine
) -> None:
    found = await asyncio.gather(*(heard(bench, memo, recording_id=f"r{n}") for n in range(8)))

    assert engine.batches == [1]
    assert len({one.text_sha256 for one in found}) == 1
    assert [one.duplicate_of for one in found].count(None) == 1


@pytest.mark.parametrize(
    "other",
    [
        {"user_id": "somebody-else"},
        {"tenant_id": "another"},
        {"language_hint": "de"},
        {"initial_prompt": "Anna"},
    ],
    ids=str,
)
async def test_another_person_or_parameter_is_heard_by_itself(
    bench: Workbench, memo: Path, engine: FakeEngine, other: dict[str, str]
) -> None:
    await heard(bench, memo)

    found = await heard(bench, memo, **other)

    assert found.duplicate_of is None
    assert engine.batches == [1, 1]


async def test_names_are_a_parameter_and_reach_the_engine(tmp_path: Path) -> None:
    engine = FakeEngine(says=lambda chunk: f"{chunk.options.prompt}")
    names: list[str] = []

    def wishes(tenant_id: str, user_id: str) -> UserSettings:
        return UserSettings(tenant_id=tenant_id, user_id=user_id, names=tuple(names))

    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), engine) as opened:
        memo = tmp_path / "audio" / "memo.wav"
        memo.write_bytes(MEMO)
        bench = replace(opened, wishes=wishes)
        before = await heard(bench, memo)
        names.append("Siobhán")
        after = await heard(bench, memo, initial_prompt="In the park.")
        again = await heard(bench, memo, initial_prompt="In the park.", recording_id="again")

    assert [one.segments[0].text for one in (before, after)] == ["None", "In the park. Siobhán."]
    assert before.transcript_id != after.transcript_id
    assert (again.duplicate_of, engine.batches) == (after.recording_id, [1, 1])


async def test_words_are_a_parameter(bench: Workbench, memo: Path) -> None:
    without = await heard(replace(bench, word_timestamps=False), memo)

    assert without.words_uri is None
    assert (await heard(bench, memo)).words_uri is not None


async def test_the_same_recording_is_known_by_its_claim_when_its_file_is_gone(
    bench: Workbench, memo: Path, engine: FakeEngine
) -> None:
    first = await heard(bench, memo, content_sha256=MEMO_SHA256)
    lose(memo)

    assert without_time(await heard(bench, memo, content_sha256=MEMO_SHA256)) == without_time(first)
    assert engine.batches == [1]


@pytest.mark.parametrize(
    "other", [{"recording_id": "another"}, {"user_id": "thief"}, {"content_sha256": None}], ids=str
)
async def test_a_claim_finds_nothing_for_anybody_else(
    bench: Workbench, memo: Path, other: dict[str, Any]
) -> None:
    await heard(bench, memo, content_sha256=MEMO_SHA256)
    lose(memo)

    with pytest.raises(AudioMissing):
        await heard(bench, memo, **{"content_sha256": MEMO_SHA256, **other})


async def test_a_false_claim_leaves_nothing_behind(bench: Workbench, memo: Path) -> None:
    for _ in range(2):
        with pytest.raises(AudioMismatch):
            await heard(bench, memo, content_sha256="0" * 64)


async def test_a_damaged_result_is_heard_anew(
    bench: Workbench, memo: Path, engine: FakeEngine, tmp_path: Path
) -> None:
    first = await heard(bench, memo)
    for kept in (tmp_path / "artefacts" / "results").rglob("*.json"):
        kept.write_bytes(kept.read_bytes()[:-1])

    assert without_time(await heard(bench, memo)) == without_time(first)
    assert engine.batches == [1, 1]


async def test_another_model_hears_for_itself(memo: Path, tmp_path: Path, bench: Workbench) -> None:
    first = await heard(bench, memo)
    other = FakeEngine(policy=ChunkPolicy(silence_ms=300))
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), other) as second:
        found = await heard(second, memo)

    assert other.batches == [1]
    assert found.transcript_id != first.transcript_id
