import asyncio
import threading
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from prometheus_client import REGISTRY

from agents.delivery.clock import SystemClock
from agents.errors import (
    AudioMismatch,
    AudioUndecodable,
    EngineFailed,
    LanguageUnsupported,
    ModelUnknown,
)
from agents.settings import load_settings
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import RecordedAtSource, StageState, Status, TranscriptReady, UserSettings
from tests.support.audio import babble, encoded, silence, wav_bytes
from tests.support.builders import an_audio_received
from tests.support.engine import FakeEngine
from tests.support.inline import Inline
from tests.support.waiting import PATIENCE_S, until

TWO_SENTENCES = np.concatenate(
    [silence(0.5), babble(2, 1), silence(1.5), babble(3, 2), silence(0.5)]
)
SENTENCES = ChunkPolicy(silence_ms=300, pad_ms=150, merge=False)


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine(policy=SENTENCES)


@pytest.fixture
async def bench(tmp_path: Path, engine: FakeEngine) -> AsyncIterator[Workbench]:
    settings = load_settings(state_dir=tmp_path)
    async with open_workbench(settings, SystemClock(), engine) as bench:
        yield bench


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "audio"


async def heard(bench: Workbench, path: Path, **changes: Any) -> TranscriptReady:
    event = an_audio_received(audio_uri=path.as_uri(), content_sha256=None, **changes)
    return await transcribe(event, bench=bench, progress=lambda *_: None)


async def test_every_sentence_of_a_recording_becomes_a_segment(
    bench: Workbench, folder: Path
) -> None:
    path = folder / "memo.opus"
    path.write_bytes(encoded(TWO_SENTENCES, "ogg"))

    transcript = await heard(bench, path, tags=("work",), place="Berlin")

    assert transcript.status is Status.OK
    assert [part.start_ms for part in transcript.segments] == pytest.approx([350, 3_850], abs=300)
    assert transcript.duration_ms == pytest.approx(7_500, abs=30)
    assert transcript.speech_ms == pytest.approx(5_000, abs=700)
    assert (transcript.language, transcript.language_probability) == ("en", 1.0)
    assert (transcript.tags, transcript.place) == (("work",), "Berlin")
    assert transcript.ended_at - transcript.recorded_at == timedelta(
        milliseconds=transcript.duration_ms
    )
    assert (transcript.engine, transcript.model) == ("fake", "fake-model")
    assert transcript.warnings == ()


async def test_silence_is_an_empty_transcript(
    bench: Workbench, folder: Path, engine: FakeEngine
) -> None:
    path = folder / "quiet.wav"
    path.write_bytes(wav_bytes(silence(3)))

    transcript = await heard(bench, path)

    assert (transcript.status, transcript.segments, transcript.language) == (Status.EMPTY, (), None)
    assert (transcript.duration_ms, transcript.speech_ms, transcript.words_uri) == (3_000, 0, None)
    assert engine.batches == []


async def test_the_same_recording_gives_the_same_ids(bench: Workbench, folder: Path) -> None:
    path = folder / "memo.wav"
    path.write_bytes(wav_bytes(TWO_SENTENCES))

    first, again = await heard(bench, path), await heard(bench, path)
    other = await heard(bench, path, language_hint="de")

    assert first.transcript_id == again.transcript_id
    assert first.words_uri == again.words_uri is not None
    assert other.transcript_id != first.transcript_id


async def test_says_when_it_was_recorded_and_how_that_is_known(
    bench: Workbench, folder: Path
) -> None:
    path = folder / "2026-11-19 01.40.wav"
    path.write_bytes(wav_bytes(TWO_SENTENCES))

    transcript = await heard(
        bench, path, recorded_at=None, occurred_at=datetime(2026, 11, 20, tzinfo=UTC)
    )

    assert transcript.recorded_at == datetime(2026, 11, 19, 0, 40, tzinfo=UTC)
    assert transcript.recorded_at_source is RecordedAtSource.FILENAME
    assert transcript.diary_date == date(2026, 11, 18)


async def test_clocks_at_the_end_of_time_give_a_warning_and_way(
    bench: Workbench, folder: Path
) -> None:
    path, late = folder / "memo.wav", datetime(9989, 12, 31, 23, 59, tzinfo=UTC)
    path.write_bytes(wav_bytes(TWO_SENTENCES))

    transcript = await heard(bench, path, recorded_at=late, occurred_at=late)

    assert transcript.recorded_at_source is RecordedAtSource.UPLOAD_TIME
    assert transcript.recorded_at < datetime.now(UTC) < late
    assert "clock_future" in transcript.warnings


async def test_tells_how_far_it_is_now_and_then(bench: Workbench, folder: Path) -> None:
    path, told = folder / "long.wav", list[tuple[StageState, float | None]]()
    path.write_bytes(wav_bytes(np.concatenate([TWO_SENTENCES] * 12)))

    await transcribe(
        an_audio_received(audio_uri=path.as_uri(), content_sha256=None),
        bench=bench,
        progress=lambda state, share: told.append((state, share)),
    )

    assert told[:2] == [(StageState.FETCHING, None), (StageState.RUNNING, 0.0)]
    shares = [share for _, share in told[1:] if share is not None]
    assert shares == sorted(shares)
    assert 4 <= len(shares) <= 12


async def test_a_damaged_recording_carries_a_warning(bench: Workbench, folder: Path) -> None:
    content = encoded(np.concatenate([TWO_SENTENCES] * 3), "mp3")
    path = folder / "half.mp3"
    path.write_bytes(content[: len(content) // 2])

    transcript = await heard(bench, path)

    assert transcript.status is Status.OK
    assert "truncated" in transcript.warnings


async def test_what_is_no_recording_fails_for_itself(bench: Workbench, folder: Path) -> None:
    path = folder / "text.wav"
    path.write_text("hello world")

    with pytest.raises(AudioUndecodable):
        await heard(bench, path)


async def test_other_bytes_than_promised_are_not_transcribed(
    bench: Workbench, folder: Path
) -> None:
    path = folder / "memo.wav"
    path.write_bytes(wav_bytes(TWO_SENTENCES))

    with pytest.raises(AudioMismatch):
        await heard(bench, path, size_bytes=7)


async def test_refuses_other_models_and_languages_before_it_fetches(bench: Workbench) -> None:
    nowhere = Path("/nowhere")

    with pytest.raises(ModelUnknown):
        await heard(bench, nowhere, whisper_model="large-v3")
    with pytest.raises(LanguageUnsupported):
        await heard(bench, nowhere, language_hint="it")


async def test_an_engine_that_fails_fails_this_recording_only(tmp_path: Path) -> None:
    fails = FakeEngine(policy=SENTENCES, breaks=lambda chunk: len(chunk.samples) > 40_000)
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), fails) as bench:
        good, bad = tmp_path / "audio" / "good.wav", tmp_path / "audio" / "bad.wav"
        good.write_bytes(wav_bytes(babble(1.5, 1)))
        bad.write_bytes(wav_bytes(TWO_SENTENCES))

        outcomes = await asyncio.gather(
            heard(bench, bad, recording_id="bad"),
            heard(bench, good, recording_id="good"),
            return_exceptions=True,
        )

    assert isinstance(outcomes[0], EngineFailed)
    assert isinstance(outcomes[1], TranscriptReady)


async def test_many_recordings_at_once_are_not_mixed_up(bench: Workbench, folder: Path) -> None:
    lengths = [1.0 + n / 4 for n in range(12)]
    for n, seconds in enumerate(lengths):
        (folder / f"{n}.wav").write_bytes(wav_bytes(babble(seconds, n)))
    paths = [folder / f"{n}.wav" for n in range(12)]

    alone = [await heard(bench, path) for path in paths]
    together = await asyncio.gather(*(heard(bench, path, user_id=path.stem) for path in paths))

    assert [item.segments for item in together] == [item.segments for item in alone]


async def test_decoding_waits_for_a_slow_engine(tmp_path: Path) -> None:
    """However long a recording is, no more than two batches of it are held."""
    go = threading.Event()
    slow = FakeEngine(policy=SENTENCES, batch_rows=2, says=lambda _: str(go.wait(PATIENCE_S)))
    path = tmp_path / "audio" / "long.wav"
    async with open_workbench(load_settings(state_dir=tmp_path), SystemClock(), slow) as opened:
        path.write_bytes(wav_bytes(np.concatenate([TWO_SENTENCES] * 20)))
        bench = replace(opened, listener=replace(opened.listener, threads=Inline()))
        work = asyncio.create_task(heard(bench, path))
        await until(lambda: bench.runner.waiting >= slow.served.batch_rows)
        for _ in range(1_000):  # turns of the loop: far more than decoding all of it would take
            await asyncio.sleep(0)
        waiting = bench.runner.waiting
        go.set()
        transcript = await work

    assert waiting <= 2 * slow.served.batch_rows
    assert len(transcript.segments) > 2 * slow.served.batch_rows


async def test_a_recording_given_up_leaves_the_bench_usable(
    bench: Workbench, folder: Path, engine: FakeEngine
) -> None:
    path = folder / "long.wav"
    path.write_bytes(wav_bytes(np.concatenate([TWO_SENTENCES] * 20)))

    given_up = asyncio.create_task(heard(bench, path))
    await until(lambda: engine.batches)
    given_up.cancel()

    with pytest.raises(asyncio.CancelledError):
        await given_up
    assert (await heard(bench, path)).status is Status.OK


def counted() -> dict[str, float]:
    """Return what the transcriber's metrics count, by name and labels."""
    return {
        f"{sample.name}{sorted(sample.labels.values())}": sample.value
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name.endswith(("_count", "_total", "_sum"))
    }


async def test_every_step_of_the_way_is_measured(bench: Workbench, folder: Path) -> None:
    path = folder / "memo.wav"
    path.write_bytes(wav_bytes(TWO_SENTENCES))
    before = counted()

    await heard(bench, path)

    more = {name: value - before.get(name, 0.0) for name, value in counted().items()}
    assert more["daybook_transcribed_audio_seconds_total['fake', 'fake-model']"] == pytest.approx(
        7.5
    )
    assert more["daybook_engine_batch_rows_sum['fake', 'fake-model']"] == 2
    assert more["daybook_engine_queue_seconds_count['fake-model']"] == 2
    assert more["daybook_engine_busy_seconds_total['fake', 'fake-model']"] > 0
    for step in ("fetch", "decode", "voice", "hear", "keep"):
        assert more[f"daybook_transcriber_step_seconds_count['{step}']"] == 1


async def test_a_day_begins_when_its_person_wishes(bench: Workbench, folder: Path) -> None:
    path = folder / "2026-11-19 01.40.wav"
    path.write_bytes(wav_bytes(TWO_SENTENCES))

    def wishes(_tenant: str, user_id: str) -> UserSettings:
        return UserSettings(user_id=user_id, day_start="01:00" if user_id == "early" else None)

    wished = replace(bench, wishes=wishes)
    found = [await heard(wished, path, recorded_at=None, user_id=user) for user in ("early", "ada")]

    assert [one.diary_date for one in found] == [date(2026, 11, 19), date(2026, 11, 18)]


async def test_a_model_that_takes_no_prompt_is_given_none(folder: Path, tmp_path: Path) -> None:
    engine = FakeEngine(policy=SENTENCES, says=lambda chunk: f"{chunk.options.prompt}")
    engine.served = replace(engine.served, takes_prompts=False)
    settings = load_settings(state_dir=tmp_path)
    async with open_workbench(settings, SystemClock(), engine) as opened:
        path = folder / "memo.wav"
        path.write_bytes(wav_bytes(TWO_SENTENCES))
        wished = replace(opened, wishes=lambda *_: UserSettings(user_id="ada", names=("Ben",)))
        transcript = await heard(wished, path, initial_prompt="In the park.")

    assert {part.text for part in transcript.segments} == {"None"}
