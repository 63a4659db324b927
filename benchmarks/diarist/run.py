"""The diarist's benchmark: `python -m benchmarks.diarist.run --help`."""

import argparse
import tempfile
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.diarist.bench import DiaristBench, diarist_bench
from benchmarks.diarist.concurrency import (
    LATENCY_S,
    ConcurrencyRow,
    bare,
    conditions,
    stepped,
    worked,
)
from benchmarks.diarist.cost import cost
from benchmarks.diarist.long_day import long_day
from benchmarks.diarist.memory import memory
from benchmarks.diarist.offline import offline
from benchmarks.diarist.provider import Provider, provider
from benchmarks.diarist.result import RESULTS, measured
from tests.support.redis_server import redis_server

PARTS = ("offline", "concurrency", "long_day", "cost", "memory")
IN_FLIGHT = (4, 16, 32)


def main() -> None:
    """Measure what is asked for, and write each part down as it ends."""
    arguments = _arguments()
    for name in arguments.parts:
        table = measured(name, partial(_PARTS[name], arguments), arguments.results)
    print(table.read_text())


def _offline(arguments: argparse.Namespace) -> Sequence[Any]:
    with diarist_bench() as bench:
        return offline(bench, {1: arguments.entries, 10: arguments.entries // 6}, arguments.rounds)


def _concurrency(arguments: argparse.Namespace) -> Sequence[Any]:
    with (
        tempfile.TemporaryDirectory() as folder,
        redis_server(Path(folder), "--appendfsync", "everysec") as redis,
        provider(LATENCY_S) as asked,
        diarist_bench() as bench,
    ):
        rows = []
        for in_flight in arguments.in_flight:
            for row in _by_turns(bench, asked, redis.url, in_flight):
                rows.append(row)
                print(
                    f"{row.in_flight}: {row.what}, {row.memory}: {row.steady_per_s}/s", flush=True
                )
        return rows


def _by_turns(
    bench: DiaristBench, asked: Provider, redis_url: str, in_flight: int
) -> Iterator[ConcurrencyRow]:
    contenders: tuple[tuple[str, Callable[[Any], ConcurrencyRow]], ...] = (
        ("anthropic", bare),
        ("anthropic", lambda now: stepped(now, None)),
        ("anthropic", lambda now: worked(now, bench, None)),
        ("anthropic", lambda now: worked(now, bench, redis_url)),
        ("openai", bare),
        ("openai", lambda now: worked(now, bench, None)),
    )
    for number, (sdk, contender) in enumerate(contenders):
        now = conditions(asked, sdk, in_flight, mark=f"{in_flight}-{number}")
        asked.seen()
        yield contender(now)


def _long_day(arguments: argparse.Namespace) -> Sequence[Any]:
    del arguments
    with provider(LATENCY_S) as asked, diarist_bench() as bench:
        return long_day(bench, asked)


def _cost(arguments: argparse.Namespace) -> Sequence[Any]:
    del arguments
    return cost()


def _memory(arguments: argparse.Namespace) -> Sequence[Any]:
    few = arguments.many // 5
    return memory({"offline": arguments.many, "model": few, "strangers": few})


_PARTS: dict[str, Callable[[argparse.Namespace], Sequence[Any]]] = {
    "offline": _offline,
    "concurrency": _concurrency,
    "long_day": _long_day,
    "cost": _cost,
    "memory": _memory,
}


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure the diarist on this machine.")
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--entries", type=int, default=600, help="of a minute, a round (600)")
    parser.add_argument("--rounds", type=int, default=3, help="without a model, by turns (3)")
    parser.add_argument("--in-flight", nargs="+", type=int, default=IN_FLIGHT)
    parser.add_argument("--many", type=int, default=100_000, help="entries of the memory part")
    parser.add_argument("--results", type=Path, default=RESULTS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
