"""Speaks dialogues with voices of one's choice, and writes down who said what, and when."""

import json
import logging
import tomllib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from scripts.demo_model import audio, vet
from scripts.demo_model.recordings import NotHeardError
from scripts.demo_model.voices import RATE_HZ, Voice, speak

_ATTEMPTS = 20
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dialogue:
    """Who speaks, by name, and what they say in turn, as `name: sentence`."""

    name: str
    language: str
    voices: dict[str, str]
    lines: tuple[str, ...]

    @property
    def sentences(self) -> tuple[tuple[str, str], ...]:
        """Each sentence with its speaker's name before it."""
        parted = (line.partition(": ") for line in self.lines)
        return tuple((speaker, text) for speaker, _, text in parted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A sentence as it stands in the recording."""

    speaker: str
    text: str
    start_ms: int
    end_ms: int


def read(path: Path) -> tuple[Dialogue, ...]:
    """Read the dialogues from TOML."""
    clips = tomllib.loads(path.read_text("utf-8"))["dialogue"]
    return tuple(Dialogue(**{**clip, "lines": tuple(clip["lines"])}) for clip in clips)


def make(model: WhisperModel, dialogues_file: Path, folder: Path) -> None:
    """Write the recordings into `folder`, and what is said in them into its `dialogues.json`.

    Raises:
        NotHeardError: If a recording is not heard exactly and with margin by `model`.

    """
    entries = [
        {
            "file": f"{dialogue.name}.opus",
            "language": dialogue.language,
            "voices": dialogue.voices,
            "sentences": [asdict(spoken) for spoken in _make_one(model, dialogue, folder)],
        }
        for dialogue in read(dialogues_file)
    ]
    text = json.dumps({"dialogues": entries}, indent=2, ensure_ascii=False)
    (folder / "dialogues.json").write_text(text + "\n", "utf-8")


def _make_one(model: WhisperModel, dialogue: Dialogue, folder: Path) -> tuple[Spoken, ...]:
    path, texts = folder / f"{dialogue.name}.opus", [text for _, text in dialogue.sentences]
    for attempt, (samples, sentences) in enumerate(attempts(dialogue)):
        audio.write(path, samples)
        failure = vet.first_failure(model, path, dialogue.language, texts)
        if failure is None:
            return sentences
        _LOG.info("%s, attempt %d, not heard: %s", dialogue.name, attempt, failure)
    raise NotHeardError(dialogue.name)


def attempts(dialogue: Dialogue) -> Iterator[tuple[NDArray[np.float32], tuple[Spoken, ...]]]:
    """Yield one way after the other to speak `dialogue`: other pitches, speeds and pauses."""
    for seed in range(_ATTEMPTS):
        random = np.random.default_rng([seed, *dialogue.name.encode()])
        voices = {name: _voice(voice, random) for name, voice in dialogue.voices.items()}
        yield _spoken(dialogue, voices, random)


def _voice(voice: str, random: np.random.Generator) -> Voice:
    accent, variant = voice.split("+")
    speed_wpm, pitch = int(random.integers(145, 163)), int(random.integers(46, 55))
    return Voice(accent=accent, variant=variant, speed_wpm=speed_wpm, pitch=pitch)


def _spoken(
    dialogue: Dialogue, voices: dict[str, Voice], random: np.random.Generator
) -> tuple[NDArray[np.float32], tuple[Spoken, ...]]:
    pieces, sentences = [_pause(random)], []
    for speaker, text in dialogue.sentences:
        sound = speak(text, voices[speaker]).astype(np.float32) / 40_000
        start = sum(map(len, pieces))
        sentences.append(
            Spoken(
                speaker=speaker,
                text=text,
                start_ms=_ms(start),
                end_ms=_ms(start + len(sound)),
            )
        )
        pieces += [sound, _pause(random)]
    return np.concatenate(pieces), tuple(sentences)


def _pause(random: np.random.Generator) -> NDArray[np.float32]:
    return np.zeros(int(random.uniform(0.5, 0.7) * RATE_HZ), np.float32)


def _ms(samples: int) -> int:
    return samples * 1000 // RATE_HZ
