"""The bundled demo: a tiny speech model and the recordings of one invented day."""

import json
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

MODEL_DIR = Path(__file__).parent / "model"
"""A CTranslate2 Whisper that knows demo speech only; see its README."""

MODEL_LANGUAGES = ("en", "de", "es")
"""Languages in which the demo model knows sentences, ISO 639-1."""

RECORDINGS_DIR = Path(__file__).parent / "recordings"
"""The audio files of the invented day."""

_MANIFEST = Path(__file__).parent / "recordings.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoRecording:
    """One recording with what a transcriber must find in it.

    A silent recording has no language, no segments and an empty text. One that is `late` reaches
    the pipeline after all others, whenever it was made.
    """

    path: Path
    recorded_at: datetime
    language: str | None
    late: bool
    text: str
    segments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoDay:
    """The recordings of one user's diary day, in the order in which they were made."""

    user: str
    time_zone: ZoneInfo
    date: date
    recordings: tuple[DemoRecording, ...]


def day() -> DemoDay:
    """Read the bundled day."""
    return read_day(_MANIFEST, RECORDINGS_DIR)


def recordings() -> tuple[DemoRecording, ...]:
    """Read the recordings of the bundled day."""
    return day().recordings


def read_day(manifest: Path, folder: Path) -> DemoDay:
    """Read a day from its `manifest`; `folder` holds the audio files."""
    content = json.loads(manifest.read_text("utf-8"))
    return DemoDay(
        user=content["user"],
        time_zone=ZoneInfo(content["time_zone"]),
        date=date.fromisoformat(content["date"]),
        recordings=tuple(_recording(entry, folder) for entry in content["recordings"]),
    )


def _recording(entry: dict[str, Any], folder: Path) -> DemoRecording:
    return DemoRecording(
        path=folder / entry["file"],
        recorded_at=datetime.fromisoformat(entry["recorded_at"]),
        language=entry["language"],
        late=entry["late"],
        text=entry["text"],
        segments=tuple(entry["segments"]),
    )
