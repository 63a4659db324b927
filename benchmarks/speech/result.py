"""What a run found, as a JSON file, and the newest one as tables."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path
from typing import Any

from benchmarks.speech.fairness import FairnessRow
from benchmarks.speech.measure import LoneRow, Row
from benchmarks.speech.memory import MemoryRow
from benchmarks.speech.pipeline import PipelineRow

RESULTS = Path(__file__).parents[1] / "results"
PACKAGES = ("faster-whisper", "ctranslate2", "av", "onnxruntime", "numpy")

_HEAD = """# Speech

Written by `scripts/bench_speech` (`benchmarks/speech`). The bundled demo model and its recordings: real speech through
the real engine, though of a tiny model (each clip costs the encoder a whole window of 30 s, as with any Whisper). Rows of a
table are measured by turns in one run; ratios are of medians.
"""


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


def page(run: Mapping[str, Any], name: str) -> str:
    """Return the tables of *run*, which the file *name* holds."""
    parts = (_throughput, _lone, _fairness, _memory)
    tables = ["\n".join(part(run)) for part in parts]
    return "\n".join([_HEAD, *tables, _foot(run, name)])


def _throughput(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["throughput"]:
        return
    medians = {row["name"]: statistics.median(row["clips_per_s"]) for row in run["throughput"]}
    plain, bare = medians["faster-whisper"], medians["bare loop"]
    yield "## Clips a second\n"
    yield f"{run['clips']} clips of one sentence each, in three languages, of unknown language.\n"
    yield "| | clips/s, median | all rounds | to faster-whisper | to the bare loop | other texts |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for row in run["throughput"]:
        rates, other = row["clips_per_s"], row["other_texts"]
        yield _rates(row["what"], rates, plain, bare) + f" {other} |"
    if run["pipeline"]:
        what = "the whole pipeline, `audio.received` to `transcripts.ready`, its broker and all agents on the same cores, words included; rounds after the others"
        yield _rates(what, run["pipeline"]["clips_per_s"], plain, bare) + " |"
    yield "\n*Other texts* are clips whose text differs from the bare loop's, which has no voice activity."
    yield "Batches gain next to nothing on a CPU: what is won is encoding once, and working side by side.\n"


def _rates(what: str, rates: Sequence[float], plain: float, bare: float) -> str:
    median = statistics.median(rates)
    every = ", ".join(f"{rate:.2f}" for rate in rates)
    return f"| {what} | **{median:.2f}** | {every} | {median / plain:.2f} | {median / bare:.2f} |"


def _lone(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["lone"]:
        return
    yield "## One lone clip\n"
    yield "| | p50 ms | p95 ms |"
    yield "| --- | --- | --- |"
    for row in run["lone"]:
        yield f"| {row['what']} | {row['p50_ms']:.1f} | {row['p95_ms']:.1f} |"
    yield ""


def _fairness(run: Mapping[str, Any]) -> Iterator[str]:
    row = run["fairness"]
    if not row:
        return
    yield "## A voice note beside a long recording\n"
    yield f"{row['notes']} notes, one after the other, alone and while a recording of {row['hours']:g} hours is transcribed.\n"
    yield "| | p50 ms | p95 ms |"
    yield "| --- | --- | --- |"
    yield f"| alone | {row['alone_p50_ms']:.1f} | {row['alone_p95_ms']:.1f} |"
    yield f"| beside it | {row['beside_p50_ms']:.1f} | {row['beside_p95_ms']:.1f} |"
    yield f"| one batch of the long recording, mean | {row['batch_ms']:.1f} | |\n"


def _memory(run: Mapping[str, Any]) -> Iterator[str]:
    if not run["memory"]:
        return
    yield "## Memory against length\n"
    yield "MP3 of 32 kbit/s, each in a worker of its own that had heard a minute before. *Instant* is an engine that answers"
    yield "at once, so that ten hours need not be transcribed; all else is real.\n"
    yield "| length | engine | added to the worker, MB | worker before, MB | decoder and engine processes, MB | took s | first batch after s |"
    yield "| --- | --- | --- | --- | --- | --- | --- |"
    for row in run["memory"]:
        first = "" if row["first_batch_s"] is None else f"{row['first_batch_s']:.2f}"
        yield (
            f"| {row['minutes']:g} min | {row['engine']} | **{row['added_mb']:.0f}** | {row['before_mb']:.0f} | "
            f"{row['children_mb']:.0f} | {row['took_s']:.1f} | {first} |"
        )
    yield ""


def _foot(run: Mapping[str, Any], name: str) -> str:
    machine, found = run["machine"], ", ".join(f"{k} {v}" for k, v in run["versions"].items())
    return (
        f"{run['date']}, commit {run['commit']}, `{name}`. {machine['cpu']}, {machine['cores']} cores, "
        f"{machine['system']}, load before {machine['load_before']}. {found}.\n"
    )
