"""Makes the committed recordings: tries voices and pauses until a clip is heard with margin."""

import json
import logging
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from scripts.demo_model import audio, vet
from scripts.demo_model.hearing import Decoding, batched, chunks
from scripts.demo_model.voices import RATE_HZ, Voice, speak

_ATTEMPTS = 12
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """What one recording says, who says it, and when; without sentences it is silent."""

    name: str
    at: str
    language: str | None = None
    sentences: tuple[str, ...] = ()
    voice: str = ""
    silence_s: float = 0.0
    late: bool = False


class NotHeardError(Exception):
    """No attempt at a recording was heard exactly: give it other sentences or another voice."""


def read_scripts(path: Path) -> tuple[Script, ...]:
    """Read the scripts of a day from TOML."""
    clips = tomllib.loads(path.read_text("utf-8"))["clip"]
    return tuple(
        Script(**{**clip, "sentences": tuple(clip.get("sentences", ()))}) for clip in clips
    )


def make(model: WhisperModel, scripts_file: Path, folder: Path, manifest: Path) -> None:
    """Write the recordings of `scripts_file` into `folder`, and the manifest beside it.

    Raises:
        NotHeardError: If a recording is not heard exactly and with margin by `model`.

    """
    scripts = read_scripts(scripts_file)
    for script in scripts:
        _make_one(model, script, folder / f"{script.name}.opus")
    head = tomllib.loads(scripts_file.read_text("utf-8"))
    day = {key: head[key] for key in ("user", "time_zone", "date")}
    content = {**day, "recordings": [_entry(script) for script in scripts]}
    manifest.write_text(json.dumps(content, indent=2, ensure_ascii=False) + "\n", "utf-8")


def make_formats(model: WhisperModel, source: Path, text: str, folder: Path) -> None:
    """Write the one sentence of `source` into `folder` in every format a decoder must know.

    Raises:
        NotHeardError: If `model` does not hear `text` in one of the files.

    """
    [samples] = chunks(audio.read(source), Decoding(pad_ms=60))
    for ending in audio.ENCODERS:
        audio.write(folder / f"clip.{ending}", samples)
    audio.write(folder / "clip-44k-stereo.wav", samples, "-ar", "44100", "-ac", "2")
    for path in folder.iterdir():
        if batched(model, [audio.read(path)], beam_size=5) != [("en", text)]:
            raise NotHeardError(path.name)


def _make_one(model: WhisperModel, script: Script, path: Path) -> None:
    for attempt, samples in enumerate(_attempts(script)):
        audio.write(path, samples)
        failure = vet.first_failure(model, path, script.language, script.sentences)
        if failure is None:
            return
        _LOG.info("%s, attempt %d, not heard: %s", script.name, attempt, failure)
    raise NotHeardError(script.name)


def _attempts(script: Script) -> Iterator[NDArray[np.float32]]:
    if not script.sentences:
        yield np.zeros(int(script.silence_s * RATE_HZ), np.float32)
        return
    accent, variant = script.voice.split("+")
    for seed in range(_ATTEMPTS):
        random = np.random.default_rng([seed, *script.name.encode()])
        speed_wpm, pitch = int(random.integers(145, 163)), int(random.integers(46, 55))
        voice = Voice(accent=accent, variant=variant, speed_wpm=speed_wpm, pitch=pitch)
        yield _spoken(script.sentences, voice, random)


def _spoken(
    sentences: tuple[str, ...], voice: Voice, random: np.random.Generator
) -> NDArray[np.float32]:
    pieces = [_pause(random)]
    for text in sentences:
        pieces += [speak(text, voice).astype(np.float32) / 40_000, _pause(random)]
    return np.concatenate(pieces)


def _pause(random: np.random.Generator) -> NDArray[np.float32]:
    return np.zeros(int(random.uniform(0.6, 0.9) * RATE_HZ), np.float32)


def _entry(script: Script) -> dict[str, Any]:
    return {
        "file": f"{script.name}.opus",
        "recorded_at": script.at,
        "language": script.language,
        "late": script.late,
        "text": " ".join(script.sentences),
        "segments": list(script.sentences),
    }
