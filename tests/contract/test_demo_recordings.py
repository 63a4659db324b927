"""The bundled recordings, through the real decoder, voice activity and engine, to the letter."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from agents.delivery.clock import SystemClock
from agents.demo import recordings
from agents.settings import load_settings
from agents.storage.recordings import store_file
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import Status, TranscriptReady
from tests.support.builders import an_audio_received


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Workbench]:
    settings = load_settings(state_dir=tmp_path, whisper_model=None, chunk=None)
    async with open_workbench(settings, SystemClock()) as bench:
        yield bench


async def test_every_bundled_recording_is_heard_exactly(bench: Workbench, tmp_path: Path) -> None:
    expected, heard = [], []
    for recording in recordings():
        stored = store_file(recording.path, tmp_path / "audio")
        event = an_audio_received(audio_uri=stored.uri, content_sha256=stored.sha256)
        transcript = await transcribe(event, bench=bench, progress=lambda *_: None)
        expected.append((recording.path.name, recording.language, recording.segments))
        heard.append((recording.path.name, transcript.language, texts(transcript)))

    assert heard == expected


def texts(transcript: TranscriptReady) -> tuple[str, ...]:
    assert (transcript.status is Status.EMPTY) == (not transcript.segments)
    return tuple(segment.text for segment in transcript.segments)
