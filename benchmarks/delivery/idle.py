"""What a worker costs that holds many partitions and has nothing to do."""

import time
from dataclasses import dataclass

from benchmarks.delivery.bench import Bench
from benchmarks.delivery.records import opaque
from benchmarks.delivery.throughput import finished

SETTLE_S = 5.0
"""Rest before the measurement, in seconds."""


@dataclass(slots=True, kw_only=True)
class IdleRow:
    """One worker at rest."""

    name: str
    what: str
    partitions: int
    seconds: float
    cpu_s_per_s: float
    sockets: int
    rss_mib: float


def idle(bench: Bench, name: str, *, partitions: int, seconds: float) -> IdleRow:
    """Have the contender called *name* move a record of each partition, and then rest."""
    contender = bench.find(name)
    source = bench.empty_source(partitions)
    with bench.trial(contender, source, partitions=partitions) as trial:
        bench.broker.fill(source, opaque(partitions), partitions)
        outputs = finished(trial, partitions)
        if outputs.lost(partitions):
            raise RuntimeError(f"{name} did not begin: {trial.worker.last_words()}")
        time.sleep(SETTLE_S)
        cpu_s, began = trial.worker.cpu_s(), time.monotonic()
        time.sleep(seconds)
        spent_s, lasted_s = trial.worker.cpu_s() - cpu_s, time.monotonic() - began
        return IdleRow(
            name=name,
            what=contender.what,
            partitions=partitions,
            seconds=round(lasted_s, 1),
            cpu_s_per_s=round(spent_s / lasted_s, 4),
            sockets=trial.worker.sockets(),
            rss_mib=round(trial.worker.rss_bytes() / (1 << 20), 1),
        )
