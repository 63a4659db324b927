"""The delivery benchmark: `python -m benchmarks.delivery.run --records 20000 --rounds 1`."""

import argparse
import os
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path

from platformdirs import user_cache_path

from benchmarks.delivery import result as results
from benchmarks.delivery.bench import Bench
from benchmarks.delivery.broker import Broker
from benchmarks.delivery.lineup import LINEUP, names
from benchmarks.delivery.result import Result
from benchmarks.delivery.throughput import throughput

PARTS = ("throughput",)


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


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=list(PARTS))
    parser.add_argument("--contenders", nargs="+", choices=list(LINEUP), help="[all]")
    parser.add_argument("--records", type=int, default=100_000)
    parser.add_argument("--warm-up", type=int, default=20_000, help="records before those")
    parser.add_argument("--rounds", type=int, default=3)
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
