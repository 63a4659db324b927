"""Builders of sound and of recordings in every format, made in memory."""

import io
import struct
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
import numpy as np

from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

CODECS = {
    "wav": ("wav", "pcm_s16le"),
    "mp3": ("mp3", "libmp3lame"),
    "m4a": ("ipod", "aac"),
    "flac": ("flac", "flac"),
    "ogg": ("ogg", "libopus"),
    "webm": ("webm", "libopus"),
}
"""Every format that must decode: file extension to container and codec."""


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * SAMPLE_RATE_HZ), np.float32)


def noise(seconds: float, level: float = 0.1, seed: int = 0) -> Samples:
    random = np.random.default_rng(seed)
    sound = random.normal(0, level, round(seconds * SAMPLE_RATE_HZ))
    return np.clip(sound, -1, 1).astype(np.float32)


def tone(seconds: float, hertz: float = 440.0, level: float = 0.3) -> Samples:
    time = np.arange(round(seconds * SAMPLE_RATE_HZ)) / SAMPLE_RATE_HZ
    return (level * np.sin(2 * np.pi * hertz * time)).astype(np.float32)


def babble(seconds: float, seed: int = 0, *, pitch_hz: float = 120) -> Samples:
    """Return voiced syllables: a gliding pitch, moving formants, four syllables a second."""
    random = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE_HZ)
    time = np.arange(count) / SAMPLE_RATE_HZ
    glide = 25 * np.sin(2 * np.pi * 0.7 * time) + 8 * np.sin(2 * np.pi * 5 * time)
    pitch = pitch_hz / 120 * (120 + glide)
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE_HZ
    syllable = np.floor(time * 4).astype(int)
    first = random.uniform(300, 800, syllable.max(initial=0) + 1)[syllable]
    second = random.uniform(900, 2400, syllable.max(initial=0) + 1)[syllable]
    sound = np.zeros(count)
    for harmonic in range(1, 40):
        hertz = harmonic * pitch
        gain = 1 / (1 + ((hertz - first) / 90) ** 2) + 0.6 / (1 + ((hertz - second) / 130) ** 2)
        sound += (gain + 0.02) * np.sin(harmonic * phase)
    envelope = np.clip(np.sin(np.pi * ((time * 4) % 1)), 0, 1) ** 0.6
    sound *= envelope / max(1e-9, np.abs(sound).max(initial=0.0))
    return (0.5 * sound).astype(np.float32)


def wav_bytes(samples: Samples, *, rate_hz: int = SAMPLE_RATE_HZ, channels: int = 1) -> bytes:
    """Return a 16-bit WAV file with the same sound in every channel."""
    pcm = np.repeat((samples * 32767).astype("<i2"), channels).tobytes()
    return _riff(pcm, format_tag=1, bits=16, rate_hz=rate_hz, channels=channels)


def float_wav_bytes(samples: Samples) -> bytes:
    """Return a WAV file of 32-bit floats, which can hold what is no number."""
    pcm = samples.astype("<f4").tobytes()
    return _riff(pcm, format_tag=3, bits=32, rate_hz=SAMPLE_RATE_HZ, channels=1)


def _riff(pcm: bytes, *, format_tag: int, bits: int, rate_hz: int, channels: int) -> bytes:
    frame = channels * bits // 8
    head = struct.pack(
        "<4sIHHIIHH", b"fmt ", 16, format_tag, channels, rate_hz, rate_hz * frame, frame, bits
    )
    body = b"WAVE" + head + struct.pack("<4sI", b"data", len(pcm)) + pcm
    return struct.pack("<4sI", b"RIFF", len(body)) + body


def encoded(
    samples: Samples | None, extension: str, metadata: dict[str, str] | None = None
) -> bytes:
    """Return *samples* as a recording of the format that *extension* names, as `muxed` does."""
    container_format, codec = CODECS[extension]
    rate_hz = 48_000 if codec == "libopus" else SAMPLE_RATE_HZ
    encoding = Encoding(container=container_format, codec=codec, rate_hz=rate_hz)
    return muxed(samples, encoding, metadata=metadata)


@dataclass(frozen=True, slots=True, kw_only=True)
class Encoding:
    """Any container and codec that FFmpeg writes, by its own names."""

    container: str
    codec: str
    rate_hz: int = SAMPLE_RATE_HZ
    layout: str = "mono"
    bit_rate: int | None = None
    options: dict[str, str] = field(default_factory=dict)


def muxed(
    samples: Samples | None, encoding: Encoding, *, metadata: dict[str, str] | None = None
) -> bytes:
    """Return *samples* as a recording of this *encoding*; None gives its header alone.

    The same sound gives the same bytes, without FFmpeg's version in them.
    """
    buffer = io.BytesIO()
    options = {"fflags": "+bitexact", **encoding.options}
    with av.open(buffer, "w", format=encoding.container, options=options) as container:
        container.metadata.update(metadata or {})
        stream: Any = container.add_stream(encoding.codec, rate=encoding.rate_hz)
        stream.layout = encoding.layout
        if encoding.bit_rate is not None:
            stream.bit_rate = encoding.bit_rate
        if samples is None:
            container.start_encoding()
        else:
            add_sound(container, stream, samples)
    return buffer.getvalue()


def add_sound(container: Any, stream: Any, samples: Samples, *, start_s: float = 0.0) -> None:
    """Encode *samples* into *stream*, to its end; they begin at *start_s*."""
    resampler = av.AudioResampler(
        format=stream.format,
        layout=stream.layout,
        rate=stream.rate,
        frame_size=stream.frame_size or 0,
    )
    for frame in [*resampler.resample(_frame(samples, start_s)), *resampler.resample(None)]:
        container.mux(stream.encode(frame))
    container.mux(stream.encode(None))


def _frame(samples: Samples, start_s: float) -> Any:
    frame = av.AudioFrame.from_ndarray(samples[None], format="flt", layout="mono")
    frame.rate, frame.time_base = SAMPLE_RATE_HZ, Fraction(1, SAMPLE_RATE_HZ)
    frame.pts = round(start_s * SAMPLE_RATE_HZ)
    return frame


def video_without_sound() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="mp4") as container:
        stream: Any = container.add_stream("mpeg4", rate=5)
        stream.width = stream.height = 32
        stream.pix_fmt = "yuv420p"
        for _ in range(5):
            picture = np.zeros((32, 32, 3), np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    return buffer.getvalue()


def png() -> bytes:
    buffer = io.BytesIO()
    with av.open(buffer, "w", format="image2pipe") as container:
        stream: Any = container.add_stream("png", rate=1)
        stream.width = stream.height = 8
        stream.pix_fmt = "rgb24"
        picture = av.VideoFrame.from_ndarray(np.zeros((8, 8, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return buffer.getvalue()
