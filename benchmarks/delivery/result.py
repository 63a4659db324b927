"""What a run found, as a JSON file, and the newest of each part as tables."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from itertools import chain, count
from pathlib import Path

from agents.local.java import find_java
from agents.local.kafka_jars import KAFKA_VERSION
from benchmarks.delivery.backlog import BacklogRow
from benchmarks.delivery.idle import IdleRow
from benchmarks.delivery.latency import LatencyRow
from benchmarks.delivery.rebalance import RebalanceRow
from benchmarks.delivery.tables import page
from benchmarks.delivery.throughput import Row

RESULTS = Path(__file__).parents[1] / "results"
PACKAGES = ("faust-streaming", "mode-streaming", "aiokafka", "confluent-kafka")


@dataclass(slots=True, kw_only=True)
class Result:
    """One run."""

    date: str
    records: int
    warm_up: int
    commit: str = ""
    machine: dict[str, object] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    throughput: list[Row] = field(default_factory=list)
    latency: list[LatencyRow] = field(default_factory=list)
    backlog: list[BacklogRow] = field(default_factory=list)
    idle: list[IdleRow] = field(default_factory=list)
    rebalance: list[RebalanceRow] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    """Parts that came to no result, and why."""
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
    found = {name: version(name) for name in PACKAGES}
    java = subprocess.run(
        (str(find_java()), "-version"), capture_output=True, text=True, check=False
    )
    java_version = java.stderr.partition('"')[2].partition('"')[0]
    own = {
        "Python": platform.python_version(),
        "Kafka": KAFKA_VERSION,
        "Java of the broker": java_version,
    }
    return own | found


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
    """Write *result*, and the tables of the newest of each part; return the file of the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    _free_name(folder, result.date[:10]).write_text(json.dumps(asdict(result), indent=2) + "\n")
    runs = {path.name: json.loads(path.read_text()) for path in folder.glob("delivery-*.json")}
    newest_first = dict(sorted(runs.items(), key=lambda run: str(run[1]["date"]), reverse=True))
    table = folder / "delivery.md"
    table.write_text(page(newest_first))
    return table


def _free_name(folder: Path, day: str) -> Path:
    """Return a file that does not exist yet: the day's, or its second and so on."""
    names = chain([f"delivery-{day}.json"], (f"delivery-{day}-{n}.json" for n in count(2)))
    return next(folder / name for name in names if not (folder / name).exists())
