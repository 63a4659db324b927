"""The delivery benchmark: `python -m benchmarks.delivery.run --records 20000 --rounds 1`."""

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from confluent_kafka import KafkaException
from platformdirs import user_cache_path

from benchmarks.delivery import result as results
from benchmarks.delivery.backlog import backlog
from benchmarks.delivery.bench import Bench
from benchmarks.delivery.broker import Broker
from benchmarks.delivery.contender import NotRun
from benchmarks.delivery.idle import idle
from benchmarks.delivery.latency import latency
from benchmarks.delivery.lineup import LINEUP, names
from benchmarks.delivery.rebalance import rebalance
from benchmarks.delivery.result import Result
from benchmarks.delivery.throughput import throughput

PARTS = ("throughput", "latency", "idle", "rebalance", "backlog")


def main() -> int:
    """Run, print and write what came of it."""
    arguments = _parser().parse_args()
    cores = sorted(os.sched_getaffinity(0))
    broker_core, client_core = cores[0], cores[-1]
    began = time.monotonic()
    result = Result(
        date=datetime.now(UTC).isoformat(timespec="seconds"),
        records=arguments.records,
        warm_up=arguments.warm_up,
        commit=results.commit(),
        machine=results.machine(),
        versions=results.versions(),
    )
    os.sched_setaffinity(0, {broker_core})
    with tempfile.TemporaryDirectory(prefix="daybook-bench-") as folder:
        broker = Broker(Path(folder) / "broker", broker_core)
        bench = Bench(
            broker=broker,
            folder=Path(arguments.logs or folder),
            cache=arguments.cache,
            client_core=client_core,
            cores=cores,
        )
        try:
            _measure(bench, arguments, result)
        finally:
            broker.close()
    result.seconds = round(time.monotonic() - began, 1)
    print(results.write(result, arguments.results).read_text())
    return 0


def _measure(bench: Bench, arguments: argparse.Namespace, result: Result) -> None:
    if "throughput" in arguments.parts:
        result.throughput = throughput(
            bench,
            names(arguments.contenders),
            records=arguments.records,
            warm_up=arguments.warm_up,
            rounds=arguments.rounds,
        )
    for name in arguments.parts_of:
        for part, rows, measure in _parts(bench, name, arguments, result):
            if part in arguments.parts:
                _part(result, rows, measure)


def _parts(
    bench: Bench, name: str, arguments: argparse.Namespace, result: Result
) -> Iterator[tuple[str, list[Any], Callable[[], Any]]]:
    """Yield the other parts of the contender called *name*: where rows go, how they come."""
    yield "latency", result.latency, partial(latency, bench, name, count=arguments.lone)
    yield "idle", result.idle, partial(idle, bench, name, partitions=48, seconds=20)
    growth = partial(
        rebalance, bench, name, workers=(2, 8), rate=500, seconds=arguments.rebalance_s
    )
    yield "rebalance", result.rebalance, growth
    if arguments.backlog:
        yield "backlog", result.backlog, partial(backlog, bench, name, count=arguments.backlog)


def _part(result: Result, rows: list[Any], measure: Callable[[], Any]) -> None:
    """Add a row, or note why there is none; other parts go on."""
    try:
        row = measure()
    except (NotRun, RuntimeError, KafkaException) as error:
        result.failures.append(str(error))
        print(f"FAILED: {error}", flush=True)
    else:
        rows.append(row)
        print(row, flush=True)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--contenders", nargs="+", choices=list(LINEUP), help="[all]")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--warm-up", type=int, default=20_000, help="records before those")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument(
        "--parts-of",
        nargs="+",
        choices=list(LINEUP),
        default=["daybook-16"],
        help="whose latency, rest, growth and backlog are measured",
    )
    parser.add_argument("--lone", type=int, default=120, help="lone events for the latency")
    parser.add_argument("--rebalance-s", type=float, default=40.0, help="seconds after the joins")
    parser.add_argument("--backlog", type=int, default=0, help="records of a backlog; 0: none")
    parser.add_argument(
        "--cache",
        type=Path,
        default=user_cache_path("daybook") / "bench_delivery",
        help="where contenders that are no part of the environment are fetched to",
    )
    parser.add_argument("--logs", type=Path, help="where contenders' logs go, to keep them")
    parser.add_argument("--results", type=Path, default=results.RESULTS)
    return parser


if __name__ == "__main__":
    sys.exit(main())
