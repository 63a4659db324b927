"""The tables for people, of each part its newest run."""

import statistics
from collections.abc import Callable, Mapping
from typing import Any

from benchmarks.markdown import table

Run = Mapping[str, Any]

_HEAD = """\
# Delivery

Written by `scripts/bench_delivery` (`benchmarks/delivery`) from the JSON files beside it. One real
broker, started by the project's own code; every run is read back by a read_committed reader of
another client, which counts what is lost or doubled by the number in each record. Times are the
broker's own. Client and broker have a core each, unless a part says otherwise.
"""


def page(runs: Mapping[str, Run]) -> str:
    """Return the page of *runs*, by file name, newest first."""
    text = _HEAD
    for part, write in _PARTS.items():
        newest = next(((name, run) for name, run in runs.items() if run[part]), None)
        if newest is not None:
            name, run = newest
            text += "\n" + write(run) + "\n" + _origin(name, run)
    return text


def _origin(name: str, run: Run) -> str:
    machine = run["machine"]
    versions = ", ".join(f"{package} {number}" for package, number in run["versions"].items())
    return (
        f"{run['date']}, commit {run['commit']}, `{name}`. {machine['cpu']}, {machine['cores']} "
        f"cores, {machine['system']}, load before {machine['load_before']}. {versions}.\n"
    )


def _throughput(run: Run) -> str:
    text = f"""\
## Consume, do nothing, produce

{run["records"]:,} records of 108 opaque bytes after {run["warm_up"]:,} to warm up, 4 partitions to
4; contenders by turns in each round. Events per second by the broker's times of the outputs. The
ratio is that of medians, to the first row. CPU is the client's, its start included, least of all
rounds.

"""
    columns = (
        "contender",
        "promise",
        "events/s, median",
        "all rounds",
        "ratio",
        "CPU us/event",
        "lost",
        "duplicates",
    )
    rows = run["throughput"]
    medians = (statistics.median(row["events_per_s"]) for row in rows if row["events_per_s"])
    ours = next(medians, 0.0)
    return text + table(columns, (_throughput_cells(row, ours) for row in rows))


def _throughput_cells(row: Run, ours: float) -> list[object]:
    rates = row["events_per_s"]
    if not rates:
        return [row["what"], row["promise"], f"not run: {row['not_run']}", *[""] * 5]
    median = statistics.median(rates)
    return [
        row["what"],
        row["promise"],
        f"**{median:,.0f}**",
        ", ".join(f"{rate:,.0f}" for rate in rates),
        f"{median / ours:.2f}" if ours else "",
        f"{min(row['cpu_us_per_event']):.0f}",
        row["lost"],
        row["duplicates"],
    ]


def _latency(run: Run) -> str:
    text = """\
## One lone event

Milliseconds from before the producer's call until a read_committed reader has the output; events
0.2 to 0.6 s apart.

"""
    columns = ("contender", "events", "p50", "p95", "max", "unseen")
    keys = ("what", "events", "p50_ms", "p95_ms", "max_ms", "unseen")
    return text + table(columns, ([row[key] for key in keys] for row in run["latency"]))


def _idle(run: Run) -> str:
    text = "## At rest\n\nOne worker that holds all partitions and has nothing to do.\n\n"
    columns = ("contender", "partitions", "CPU s/s", "sockets", "RSS MiB")
    keys = ("what", "partitions", "cpu_s_per_s", "sockets", "rss_mib")
    return text + table(columns, ([row[key] for key in keys] for row in run["idle"]))


def _rebalance(run: Run) -> str:
    text = """\
## A group that grows under load

From the moment the first new worker is started. Workers are held to no core here. What the load's
own client wrote twice is no duplicate.

"""
    columns = (
        "contender",
        "workers",
        "with partitions at the end",
        "events/s",
        "longest gap without output, s",
        "of one partition, s",
        "longest delay, s",
        "lost",
        "duplicates",
        "workers that ended",
    )
    keys = (
        "members_with_partitions",
        "rate",
        "longest_gap_s",
        "longest_gap_of_a_partition_s",
        "longest_delay_s",
        "lost",
        "duplicates",
    )
    rows = (
        [
            row["what"],
            " -> ".join(map(str, row["workers"])),
            *(row[key] for key in keys),
            len(row["ended"]),
        ]
        for row in run["rebalance"]
    )
    return text + table(columns, rows)


def _backlog(run: Run) -> str:
    text = "## A backlog\n\nRate and memory of the worker in each tenth of it.\n\n"
    columns = ("contender", "records", "events/s", "last to first", "RSS MiB", "lost", "duplicates")
    return text + table(columns, (_backlog_cells(row) for row in run["backlog"]))


def _backlog_cells(row: Run) -> list[object]:
    rates = row["events_per_s"]
    return [
        row["what"],
        f"{row['records']:,}",
        ", ".join(f"{rate:,.0f}" for rate in rates),
        f"{rates[-1] / rates[0]:.2f}" if rates and rates[0] else "",
        ", ".join(f"{size:.0f}" for size in row["rss_mib"]),
        row["lost"],
        row["duplicates"],
    ]


_PARTS: dict[str, Callable[[Run], str]] = {
    "throughput": _throughput,
    "latency": _latency,
    "idle": _idle,
    "rebalance": _rebalance,
    "backlog": _backlog,
}
