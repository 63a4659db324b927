"""Audio files in and out, by ffmpeg."""

import subprocess
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from scripts.demo_model.voices import RATE_HZ

ENCODERS = {
    "opus": ("-c:a", "libopus", "-b:a", "16k", "-application", "voip"),
    "mp3": ("-c:a", "libmp3lame", "-b:a", "32k"),
    "m4a": ("-c:a", "aac", "-b:a", "48k"),
    "flac": ("-c:a", "flac", "-sample_fmt", "s16"),
    "ogg": ("-c:a", "libvorbis", "-q:a", "2"),
    "webm": ("-c:a", "libopus", "-b:a", "24k"),
    "wav": ("-c:a", "pcm_s16le"),
}
"""ffmpeg's options by file ending."""


def write(path: Path, samples: NDArray[np.float32], *more: str) -> None:
    """Write 16 kHz mono `samples` in the format of the file's ending; `more` goes to ffmpeg."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = ("-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1", "-i", "pipe:0")
    plain = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    command = ["ffmpeg", "-y", "-v", "error", *source, *ENCODERS[path.suffix[1:]], *plain, *more]
    subprocess.run([*command, str(path)], input=samples.tobytes(), check=True)


def read(path: Path) -> NDArray[np.float32]:
    """Decode any audio file to 16 kHz mono samples."""
    target = ("-f", "f32le", "-ar", str(RATE_HZ), "-ac", "1", "pipe:1")
    command = ["ffmpeg", "-v", "error", "-i", str(path), *target]
    return np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<f4")
