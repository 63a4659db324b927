"""Recordings of two voices, through the real engine and the reference diarizer: who said what."""

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from agents.delivery.clock import SystemClock
from agents.settings import load_settings
from agents.storage.recordings import store_file
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from schemas import TranscriptReady
from tests.support.builders import an_audio_received

FOLDER = Path(__file__).parents[1] / "data" / "two_voices"
DIALOGUES: list[dict[str, Any]] = json.loads((FOLDER / "dialogues.json").read_text("utf-8"))[
    "dialogues"
]
ALIKE = "de-alike.opus"
"""Two men's voices that the reference diarizer takes for one."""


@pytest.fixture
async def bench(tmp_path: Path) -> AsyncIterator[Workbench]:
    settings = load_settings(
        state_dir=tmp_path, whisper_model=None, chunk=None, diarizer="reference"
    )
    async with open_workbench(settings, SystemClock()) as bench:
        yield bench


async def heard(bench: Workbench, folder: Path, file: str) -> TranscriptReady:
    stored = store_file(FOLDER / file, folder / "audio")
    event = an_audio_received(audio_uri=stored.uri, content_sha256=stored.sha256, diarize=True)
    return await transcribe(event, bench=bench, progress=lambda *_: None)


def told(transcript: TranscriptReady) -> list[tuple[str | None, str]]:
    return [(segment.speaker, segment.text) for segment in transcript.segments]


async def test_every_sentence_has_its_text_and_its_speaker(
    bench: Workbench, tmp_path: Path
) -> None:
    expected, found = {}, {}
    for dialogue in DIALOGUES:
        if dialogue["file"] != ALIKE:
            transcript = await heard(bench, tmp_path, dialogue["file"])
            expected[dialogue["file"]] = (dialogue["language"], (), written(dialogue))
            found[dialogue["file"]] = (
                transcript.language,
                transcript.warnings,
                told(transcript),
            )

    assert len(expected) == len(DIALOGUES) - 1
    assert found == expected


async def test_voices_that_are_too_alike_are_one_speaker(bench: Workbench, tmp_path: Path) -> None:
    [dialogue] = [dialogue for dialogue in DIALOGUES if dialogue["file"] == ALIKE]

    transcript = await heard(bench, tmp_path, ALIKE)

    assert told(transcript) == [("S1", text) for _, text in written(dialogue)]


def written(dialogue: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a dialogue's list says, its speakers A and B named as transcripts do."""
    names = {"A": "S1", "B": "S2"}
    return [(names[one["speaker"]], one["text"]) for one in dialogue["sentences"]]
