"""What a run found, as a JSON file, and the newest of them as tables."""

import json
import os
import platform
import subprocess
from dataclasses import asdict, dataclass, field
from importlib.metadata import version
from pathlib import Path
from typing import Any

from agents.local.kafka_jars import KAFKA_VERSION
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
    latency: list[Any] = field(default_factory=list)
    backlog: list[Any] = field(default_factory=list)
    idle: list[Any] = field(default_factory=list)
    rebalance: list[Any] = field(default_factory=list)
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
    return {"Python": platform.python_version(), "Kafka": KAFKA_VERSION, **found}


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
    """Write *result*, and its tables beside it; return the file of the tables."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"delivery-{result.date[:10]}.json"
    path.write_text(json.dumps(asdict(result), indent=2) + "\n")
    table = folder / "delivery.md"
    table.write_text(_page(result, path.name))
    return table


def _page(result: Result, source: str) -> str:
    versions_text = ", ".join(f"{name} {number}" for name, number in result.versions.items())
    facts = result.machine
    head = f"""\
# Delivery

Written by `scripts/bench_delivery` (`benchmarks/delivery`) from `{source}`.

- {result.date}, commit {result.commit}, {result.seconds:.0f} s
- {facts.get("cpu")}, {facts.get("cores")} cores, {facts.get("system")}, load before \
{facts.get("load_before")}
- {versions_text}
"""
    return head + _throughput(result)


def _throughput(result: Result) -> str:
    if not result.throughput:
        return ""
    ours = next((row.median for row in result.throughput if row.median), None)
    text = f"""
## Consume, do nothing, produce

{result.records:,} records of 108 opaque bytes after {result.warm_up:,} to warm up, 4 partitions to
4, one broker. The client has one core, the broker another; rounds by turns. Events per second by
the broker's own times of the outputs; every run is read back by a read_committed reader of another
client. The ratio is that of medians, to the first row.

| contender | promise | events/s, median | all rounds | ratio | CPU us/event | lost | duplicates |
| --- | --- | --- | --- | --- | --- | --- | --- |
"""
    return text + "".join(_line(row, ours) for row in result.throughput)


def _line(row: Row, ours: float | None) -> str:
    if row.median is None:
        return f"| {row.what} | {row.promise} | not run: {row.not_run} | | | | | |\n"
    rounds = ", ".join(f"{rate:,.0f}" for rate in row.events_per_s)
    ratio = f"{row.median / ours:.2f}" if ours else ""
    cpu_us = min(row.cpu_us_per_event)
    return (
        f"| {row.what} | {row.promise} | **{row.median:,.0f}** | {rounds} | {ratio} | {cpu_us:.0f} "
        f"| {row.lost} | {row.duplicates} |\n"
    )
