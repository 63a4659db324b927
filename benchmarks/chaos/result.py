"""What a run found, as a JSON file, and all of them as a table."""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.markdown import table

RESULTS = Path(__file__).parents[1] / "results"


@dataclass(slots=True, kw_only=True)
class Result:
    """One run."""

    date: str
    mode: str
    seed: int
    brokers: int
    partitions: int
    stages: list[str]
    sabotage: str | None
    session_timeout_s: float
    machine: str = ""
    commit: str = ""
    events: int = 0
    seconds: float = 0.0
    feeding_and_faults_s: float = 0.0
    settled_after_s: float = 0.0
    faults: dict[str, int] = field(default_factory=dict)
    lost: int = 0
    duplicates: int = 0
    lost_by_topic: dict[str, int] = field(default_factory=dict)
    duplicates_by_topic: dict[str, int] = field(default_factory=dict)
    feeder_errors: list[str] = field(default_factory=list)
    records_committed: int = 0
    aborted_extras: int = 0
    lag: dict[str, int | None] = field(default_factory=dict)
    lag_0_after_s: float = 0.0
    recoveries: int = 0
    fences: int = 0
    warnings: dict[str, int] = field(default_factory=dict)
    workers_started: int = 0
    sigterm_exits: dict[str, int] = field(default_factory=dict)
    sigterm_seconds: dict[str, float] = field(default_factory=dict)
    sigterm_before_handler: int = 0
    crashes: list[str] = field(default_factory=list)
    hangs: list[str] = field(default_factory=list)

    @property
    def faults_total(self) -> int:
        """Number of faults."""
        return sum(self.faults.values())

    @property
    def problems(self) -> list[str]:
        """Return what is not as promised, a line each."""
        found = {
            f"{self.lost} lost": self.lost,
            f"{self.duplicates} duplicates": self.duplicates,
            f"lag {self.lag}": any(lag != 0 for lag in self.lag.values()),
            f"hanging at SIGTERM: {self.hangs}": self.hangs,
            f"the feeder failed: {self.feeder_errors[:3]}": self.feeder_errors,
        }
        return [line for line, wrong in found.items() if wrong]


def machine() -> str:
    """Describe this machine."""
    load = os.getloadavg()[0]
    cores = os.cpu_count()
    return (
        f"{cores} cores, {platform.machine()}, Python {platform.python_version()}, load {load:.1f}"
    )


def quantiles(seconds: list[float]) -> dict[str, float]:
    """Return median, 90th percentile and maximum."""
    if not seconds:
        return {}
    ordered = sorted(seconds)
    at = {"p50": 0.5, "p90": 0.9, "max": 1.0}
    return {name: ordered[min(len(ordered) - 1, int(q * len(ordered)))] for name, q in at.items()}


def told(path: Path, problems: Sequence[str]) -> int:
    """Print the file at *path*, and *problems*; return the exit code of the run: 1 if any."""
    print(path.read_text())
    for problem in problems:
        print(f"PROBLEM: {problem}")
    return 1 if problems else 0


def write(result: Result, folder: Path) -> Path:
    """Write *result*, and the table of all results beside it; return the file."""
    folder.mkdir(parents=True, exist_ok=True)
    mode = f"{result.mode}-{result.sabotage}" if result.sabotage else result.mode
    path = folder / f"chaos-{mode}-{result.date[:10]}-{result.seed}.json"
    path.write_text(json.dumps(asdict(result), indent=2) + "\n")
    rows = [json.loads(file.read_text()) for file in sorted(folder.glob("chaos-*.json"))]
    (folder / "chaos.md").write_text(_table(sorted(rows, key=lambda row: str(row["date"]))))
    return path


_HEAD = """\
# Chaos

Written by `make chaos` (`benchmarks/chaos`) from the JSON files beside it. Workers are killed (-9),
told to stop (`term`) and frozen; brokers are killed (-9) and frozen (`stall`); workers join and
leave. Rows with `sabotage` are negative controls: workers broken on purpose, which the harness has
to catch. Aborted extras are records that only a `read_uncommitted` reader sees. Crashes are workers
that ended without the harness having told them to. The machines stand in the JSON files.

"""

_COLUMNS = (
    "date",
    "commit",
    "mode",
    "seed",
    "brokers",
    "events",
    "kill",
    "term",
    "freeze",
    "broker",
    "stall",
    "join",
    "leave",
    "**lost**",
    "**duplicates**",
    "aborted extras",
    "recoveries",
    "fences",
    "crashes",
    "hangs",
    "lag",
    "s",
)


def _table(rows: list[dict[str, Any]]) -> str:
    return _HEAD + table(_COLUMNS, map(_cells, rows))


def _cells(row: dict[str, Any]) -> list[object]:
    mode = f"{row['mode']}, sabotage: {row['sabotage']}" if row["sabotage"] else row["mode"]
    kinds = ("kill", "term", "freeze", "broker", "stall", "join", "leave")
    return [
        row["date"],
        row["commit"],
        mode,
        row["seed"],
        row["brokers"],
        row["events"],
        *(row["faults"].get(kind, 0) for kind in kinds),
        row["lost"],
        row["duplicates"],
        row["aborted_extras"],
        row["recoveries"],
        row["fences"],
        len(row["crashes"]),
        len(row["hangs"]),
        sum(lag or 0 for lag in row["lag"].values()),
        round(row["seconds"]),
    ]
