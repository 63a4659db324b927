"""What is heard: pieces of looped demo speech, as chunks and as files."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import av
import numpy as np
from faster_whisper.audio import decode_audio

from agents.demo import recordings
from agents.transcriber.engine import Chunk
from agents.transcriber.samples import SAMPLE_RATE_HZ, SAMPLES_PER_MS, Samples

CHUNK_S = (5.0, 30.0)
FILE_S = (5.0, 60.0)

_FORMATS = (("opus", "ogg", "libopus", 48_000), ("mp3", "mp3", "libmp3lame", 16_000))
"""Name's end, container, codec and sampling rate, by turns."""

_BIT_RATE = 32_000


def make_chunks(count: int) -> list[Chunk]:
    """Return *count* chunks of 5 to 30 seconds, evenly spread, in random order."""
    return [
        Chunk(samples=piece, start_ms=0, speech_ms=len(piece) // SAMPLES_PER_MS)
        for piece in _pieces(count, CHUNK_S)
    ]


def make_files(folder: Path, count: int) -> list[Path]:
    """Write *count* recordings of 5 to 60 seconds to *folder*, every other one as MP3."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        _written(folder, number, samples) for number, samples in enumerate(_pieces(count, FILE_S))
    ]


def seconds(pieces: Sequence[Samples]) -> float:
    """Return how long *pieces* are together."""
    return sum(map(len, pieces)) / SAMPLE_RATE_HZ


def length_s(path: Path) -> float:
    """Return how long the recording at *path* is."""
    return seconds([decode_audio(str(path))])


def _pieces(count: int, between_s: tuple[float, float]) -> list[Samples]:
    speech = np.concatenate([decode_audio(str(one.path)) for one in recordings()])
    chance = random.Random(0)
    lengths = [int(length * SAMPLE_RATE_HZ) for length in np.linspace(*between_s, count)]
    chance.shuffle(lengths)
    looped = np.resize(speech, len(speech) + max(lengths))
    begins = [chance.randrange(len(speech)) for _ in lengths]
    return [
        looped[begin : begin + length].astype(np.float32)
        for begin, length in zip(begins, lengths, strict=True)
    ]


def _written(folder: Path, number: int, samples: Samples) -> Path:
    suffix, container, codec, rate_hz = _FORMATS[number % len(_FORMATS)]
    path = folder / f"{number:03}.{suffix}"
    pcm = (np.clip(samples, -1, 1) * 32_767).astype("<i2")
    with av.open(str(path), "w", format=container) as out:
        stream: Any = out.add_stream(codec, rate=rate_hz)
        stream.layout, stream.bit_rate = "mono", _BIT_RATE
        frame = av.AudioFrame.from_ndarray(pcm[None], format="s16", layout="mono")
        frame.sample_rate = SAMPLE_RATE_HZ
        out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    return path
