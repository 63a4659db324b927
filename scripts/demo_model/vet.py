"""Whether a recording is heard exactly, and with margin, by a finished model."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from scripts.demo_model import audio
from scripts.demo_model.hearing import Decoding, Heard, batched, chunks, one_by_one

_PADS_MS = (100, 200)
_SILENCES_MS = (200, 350)
_REENCODED = ("mp3", "wav", "m4a")


def first_failure(
    model: WhisperModel, path: Path, language: str | None, segments: Sequence[str]
) -> str | None:
    """Name the first way of cutting, decoding or encoding in which `path` is not heard exactly."""
    expected = [(str(language), text) for text in segments]
    samples = audio.read(path)
    for silence_ms in _SILENCES_MS:
        if len(chunks(samples, Decoding(silence_ms=silence_ms))) != len(segments):
            return f"pauses of {silence_ms} ms"
    return next((name for name, heard in _hearings(model, samples) if heard != expected), None)


def _hearings(
    model: WhisperModel, samples: NDArray[np.float32]
) -> Iterator[tuple[str, list[Heard]]]:
    pieces = chunks(samples, Decoding())
    yield "greedy batch", batched(model, pieces, beam_size=1)
    yield "batch", batched(model, pieces, beam_size=5)
    yield "one by one", one_by_one(model, pieces)
    for name, variant in _variants(samples):
        yield name, batched(model, variant, beam_size=5)


def _variants(samples: NDArray[np.float32]) -> Iterator[tuple[str, list[NDArray[np.float32]]]]:
    for pad_ms in _PADS_MS:
        yield f"pad {pad_ms} ms", chunks(samples, Decoding(pad_ms=pad_ms))
    yield "quieter by 8 dB", chunks((samples * 0.4).astype(np.float32), Decoding())
    late = np.concatenate([np.zeros(3_333, np.float32), samples])
    yield "later by 0.2 s", chunks(late, Decoding())
    with tempfile.TemporaryDirectory() as folder:
        for ending in _REENCODED:
            copy = Path(folder) / f"copy.{ending}"
            audio.write(copy, samples)
            yield ending, chunks(audio.read(copy), Decoding())
