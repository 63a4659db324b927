"""What a run found, as a JSON file, and the same as tables."""

import json
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from itertools import chain, count
from pathlib import Path
from typing import Any

from benchmarks.speech.gpu.contenders import RateRow
from benchmarks.speech.gpu.end_to_end import FilesRow
from benchmarks.speech.gpu.fixed_length import TOKENS
from benchmarks.speech.gpu.parts import PartsRow
from benchmarks.speech.gpu.tables import page
from benchmarks.speech.result import commit, machine, versions

_LIBRARIES = ("nvidia-cublas-cu12", "nvidia-ml-py")
"""Of the extra `gpu`; a machine may have them from elsewhere."""


@dataclass(slots=True, kw_only=True)
class GpuResult:
    """One run."""

    date: str
    gpu: dict[str, Any]
    rounds: int
    chunk_s: float
    """Mean length of a chunk."""
    encoder_tflop: dict[str, float | None]
    tokens: int = TOKENS
    commit: str = field(default_factory=commit)
    machine: dict[str, object] = field(default_factory=machine)
    versions: dict[str, str] = field(default_factory=lambda: versions() | _libraries())
    parts: list[PartsRow] = field(default_factory=list)
    rates: list[RateRow] = field(default_factory=list)
    files: list[FilesRow] = field(default_factory=list)
    seconds: float = 0.0
    complete: bool = False


class ResultFiles:
    """The files of one run in *folder*; written as often as there is something new."""

    def __init__(self, folder: Path, day: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        names = chain([f"speech-gpu-{day}.json"], (f"speech-gpu-{day}-{n}.json" for n in count(2)))
        self._json = next(folder / name for name in names if not (folder / name).exists())
        self.table = folder / "speech-gpu.md"

    def write(self, result: GpuResult) -> None:
        """Write *result* and its tables."""
        content = json.dumps(asdict(result), indent=2)
        self._json.write_text(content + "\n")
        self.table.write_text(page(json.loads(content), self._json.name))


def _libraries() -> dict[str, str]:
    found = {}
    for name in _LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found
