"""Clips of demo speech: every stretch that our own voice activity finds in the demo recordings."""

import asyncio
import wave
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from agents.demo import MODEL_DIR, recordings
from agents.transcriber.chunk_policy import read_chunk_policy
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.intake import IntakeState, Listener
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples
from agents.transcriber.voice_activity import VoiceActivity

GAINS = (1.0, 0.7)
"""Each stretch is taken at these loudnesses, so that no two clips have the same bytes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clip:
    """One clip, as samples and as a WAV file of the same."""

    path: Path
    samples: Samples

    @property
    def chunk(self) -> Chunk:
        """The whole clip as one row of a batch."""
        speech_ms = len(self.samples) * 1000 // SAMPLE_RATE_HZ
        return Chunk(samples=self.samples, start_ms=0, speech_ms=speech_ms)


def make_clips(folder: Path) -> list[Clip]:
    """Write the clips to *folder*, which workers may read."""
    folder.mkdir(parents=True, exist_ok=True)
    stretches = asyncio.run(_stretches())
    return [
        _written(folder / f"{number:03}-{gain}.wav", (samples * gain).astype(np.float32))
        for gain in GAINS
        for number, samples in enumerate(stretches)
    ]


def read_wav(path: Path) -> Samples:
    """Return what `make_clips` wrote, as every contender hears it: in 16 bits."""
    with wave.open(str(path), "rb") as file:
        pcm = np.frombuffer(file.readframes(file.getnframes()), "<i2")
    samples: Samples = pcm.astype(np.float32) / np.float32(32_768)
    return samples


def _written(path: Path, samples: Samples) -> Clip:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes((samples * 32_767).astype("<i2").tobytes())
    return Clip(path=path, samples=read_wav(path))


async def _stretches() -> list[Samples]:
    found: list[Samples] = []
    with Decoders(DecodeLimits()) as decoders, ThreadPoolExecutor(1) as threads:
        listener = Listener(voice=VoiceActivity(), decoders=decoders, threads=threads)
        for recording in recordings():
            with recording.path.open("rb") as file:
                policy = read_chunk_policy(MODEL_DIR)
                intake = IntakeState(file, listener, policy, EngineOptions())
                found.extend([chunk.samples async for chunk in intake.chunks()])
    return found
