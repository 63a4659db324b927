"""Long recordings of demo speech, as MP3."""

import io
from pathlib import Path
from typing import Any

import av
import numpy as np

from agents.demo import recordings

BIT_RATE = 32_000
"""Bits a second, as speech recorders write."""


def make_mp3(path: Path, seconds: float) -> None:
    """Write a recording of at least *seconds*: the demo's, again and again, after each other.

    Frames of an MP3 file stand for themselves, so the file is one minute's repeated.
    """
    minute = _encoded()
    times = max(1, round(seconds / _seconds(minute)))
    with path.open("wb") as file:
        for _ in range(times):
            file.write(minute)


def _encoded() -> bytes:
    """Return the demo's recordings, some minute and a half, as MP3 without any header."""
    buffer = io.BytesIO()
    with av.open(
        buffer, "w", format="mp3", options={"write_xing": "0", "id3v2_version": "0"}
    ) as out:
        stream: Any = out.add_stream("libmp3lame", rate=16_000)
        stream.layout, stream.bit_rate = "mono", BIT_RATE
        resampler = av.AudioResampler(format=stream.format, layout="mono", rate=16_000)
        for recording in recordings():
            with av.open(str(recording.path)) as source:
                for frame in source.decode(audio=0):
                    frame.pts = None
                    for resampled in resampler.resample(frame):
                        out.mux(stream.encode(resampled))
        out.mux(stream.encode(None))
    return buffer.getvalue()


def _seconds(mp3: bytes) -> float:
    with av.open(io.BytesIO(mp3)) as file:
        samples = np.sum([frame.samples for frame in file.decode(audio=0)])
    return float(samples) / 16_000
