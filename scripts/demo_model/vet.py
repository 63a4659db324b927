"""Whether a recording is heard exactly, and with margin, by a finished model."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from faster_whisper import WhisperModel
from numpy.typing import NDArray

from scripts.demo_model import audio
from scripts.demo_model.hearing import Decoding, Heard, batched, chunks, one_by_one

_PADS_MS = (100, 150, 200)
_SILENCES_MS = (200, 250, 350)
_REENCODED = ("mp3", "wav", "m4a")


def failures(
    model: WhisperModel, path: Path, language: str | None, segments: Sequence[str]
) -> list[str]:
    """Name every way of cutting, decoding and encoding in which `path` is not heard exactly."""
    expected = [(str(language), text) for text in segments]
    samples = audio.read(path)
    found = [name for name, heard in _decodings(model, samples) if heard != expected]
    return found + [name for name, heard in _encodings(model, samples) if heard != expected]


def _decodings(
    model: WhisperModel, samples: NDArray[np.float32]
) -> Iterator[tuple[str, list[Heard]]]:
    yield "one by one", one_by_one(model, chunks(samples, Decoding()))
    for pad_ms in _PADS_MS:
        pieces = chunks(samples, Decoding(pad_ms=pad_ms))
        for beam_size in (1, 5):
            name = f"batch, pad {pad_ms} ms, beam {beam_size}"
            yield name, batched(model, pieces, beam_size=beam_size)
    for silence_ms in _SILENCES_MS:
        pieces = chunks(samples, Decoding(silence_ms=silence_ms))
        yield f"pauses of {silence_ms} ms", batched(model, pieces, beam_size=5)


def _encodings(
    model: WhisperModel, samples: NDArray[np.float32]
) -> Iterator[tuple[str, list[Heard]]]:
    with tempfile.TemporaryDirectory() as folder:
        for ending in _REENCODED:
            copy = Path(folder) / f"copy.{ending}"
            audio.write(copy, samples)
            yield ending, batched(model, chunks(audio.read(copy), Decoding()), beam_size=5)
    quiet = (samples * 0.4).astype(np.float32)
    yield "quieter by 8 dB", batched(model, chunks(quiet, Decoding()), beam_size=5)
    late = np.concatenate([np.zeros(3_333, np.float32), samples])
    yield "later by 0.2 s", one_by_one(model, chunks(late, Decoding()))
