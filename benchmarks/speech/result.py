"""What a run found, as a JSON file, and the newest one as tables."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path

from benchmarks.speech.fairness import FairnessRow
from benchmarks.speech.measure import LoneRow, Row
from benchmarks.speech.memory import MemoryRow
from benchmarks.speech.pipeline import PipelineRow
from benchmarks.speech.tables import page

RESULTS = Path(__file__).parents[1] / "results"
PACKAGES = ("faster-whisper", "ctranslate2", "av", "onnxruntime", "numpy")


@dataclass(slots=True, kw_only=True)
class Result:
    """One run."""

    date: str
    clips: int
    commit: str = ""
    machine: dict[str, object] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    throughput: list[Row] = field(default_factory=list)
    pipeline: PipelineRow | None = None
    lone: list[LoneRow] = field(default_factory=list)
    fairness: FairnessRow | None = None
    memory: list[MemoryRow] = field(default_factory=list)
    seconds: float = 0.0


def machine() -> dict[str, object]:
    """Describe this machine."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return {
        "cpu": models[0] if models else platform.machine(),
        "cores": os.cpu_count(),
        "system": f"{platform.system()} {platform.machine()}",
        "load_before": round(os.getloadavg()[0], 1),
    }


def versions() -> dict[str, str]:
    """Return the versions of what takes part."""
    return {"Python": platform.python_version(), **{name: version(name) for name in PACKAGES}}


def commit() -> str:
    """Return the commit of these sources, marked where they are changed."""
    done = subprocess.run(
        ("git", "describe", "--always", "--dirty"),
        cwd=RESULTS.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def write(result: Result, folder: Path) -> Path:
    """Write *result* and its tables; return the file of the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    day = result.date[:10]
    names = chain([f"speech-{day}.json"], (f"speech-{day}-{n}.json" for n in count(2)))
    file = next(folder / name for name in names if not (folder / name).exists())
    content = json.dumps(asdict(result), indent=2)
    file.write_text(content + "\n")
    table = folder / "speech.md"
    table.write_text(page(json.loads(content), file.name))
    return table
