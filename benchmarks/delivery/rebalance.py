"""How long nothing comes out while workers join, under a steady load."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.delivery.bench import Bench, Trial
from benchmarks.delivery.feed import Feed
from benchmarks.delivery.reader import Outputs, Reader
from benchmarks.delivery.throughput import finished

PARTITIONS = 16
FLOW_S = 5.0
"""Steady flow before the first joins, in seconds."""
START_S = 60.0
"""Longest wait for the flow to begin, in seconds."""


@dataclass(slots=True, kw_only=True)
class RebalanceRow:
    """One growth of a group."""

    name: str
    what: str
    workers: tuple[int, int]
    rate: float
    partitions: int
    members_with_partitions: int
    """At the end."""
    longest_gap_s: float
    """Without any output, from the first join on."""
    longest_gap_of_a_partition_s: float
    longest_delay_s: float
    """Of one record, from its producer to the broker's time of its output."""
    records: int
    doubled_by_feed: int
    """Records that the load's own client wrote twice; not among the duplicates."""
    lost: int
    duplicates: int
    ended: list[str]
    """The last words of workers that ended by themselves."""


def rebalance(
    bench: Bench, name: str, *, workers: tuple[int, int], rate: float, seconds: float
) -> RebalanceRow:
    """Let the group of the contender called *name* grow under load.

    Workers are held to no core here: so many on one would measure their start alone.
    """
    contender = bench.find(name)
    before, after = workers
    source = bench.empty_source(PARTITIONS)
    with bench.trial(contender, source, partitions=PARTITIONS, pinned=False) as trial:
        more = [bench.start(contender, trial.job, pinned=False) for _ in range(before - 1)]
        feed = Feed(bench.broker, source, partitions=PARTITIONS, rate=rate)
        try:
            _await_flow(trial, rate)
            joined_ms = time.time_ns() // 1_000_000
            more += [bench.start(contender, trial.job, pinned=False) for _ in range(after - before)]
            time.sleep(seconds)
            ended = [one.last_words() for one in (trial.worker, *more) if one.ended]
            members = bench.broker.members_with_partitions(trial.job.group)
            sent_ms = feed.stop()
            finished(trial, len(sent_ms))
        finally:
            feed.stop()
            for worker in (*more, trial.worker):
                worker.stop()
        outputs = trial.reader.read_all()
    doubled_by_feed = _doubled(bench, source)
    of_partition = [
        [at_ms for number, at_ms in outputs.first_ms.items() if number % PARTITIONS == partition]
        for partition in range(PARTITIONS)
    ]
    return RebalanceRow(
        name=name,
        what=contender.what,
        workers=workers,
        rate=rate,
        partitions=PARTITIONS,
        members_with_partitions=members,
        longest_gap_s=_longest_gap_s(outputs.times_ms, joined_ms),
        longest_gap_of_a_partition_s=max(_longest_gap_s(one, joined_ms) for one in of_partition),
        longest_delay_s=_longest_delay_s(outputs, sent_ms, joined_ms),
        records=len(sent_ms),
        doubled_by_feed=doubled_by_feed,
        lost=outputs.lost(len(sent_ms)),
        duplicates=outputs.duplicates - doubled_by_feed,
        ended=ended,
    )


def _doubled(bench: Bench, topic: str) -> int:
    reader = Reader(bench.broker.bootstrap, topic, PARTITIONS)
    try:
        return reader.read_all().duplicates
    finally:
        reader.close()


def _await_flow(trial: Trial, rate: float) -> None:
    """Wait until the workers have caught up with the load, and some time more."""
    deadline = time.monotonic() + START_S
    while trial.reader.written() < FLOW_S * rate:
        if time.monotonic() > deadline:
            raise RuntimeError(f"no flow: {trial.worker.last_words()}")
        time.sleep(0.5)
    time.sleep(FLOW_S)


def _longest_gap_s(times_ms: Iterable[int], since_ms: int) -> float:
    ordered = sorted(times_ms)
    gaps_ms = (later - sooner for sooner, later in pairwise(ordered) if later >= since_ms)
    return max(gaps_ms, default=0) / 1000


def _longest_delay_s(outputs: Outputs, sent_ms: Sequence[int], since_ms: int) -> float:
    delays_ms = (
        at_ms - sent_ms[number]
        for number, at_ms in outputs.first_ms.items()
        if sent_ms[number] >= since_ms
    )
    return max(delays_ms, default=0) / 1000
