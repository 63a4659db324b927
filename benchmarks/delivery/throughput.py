"""How many records a second each contender moves, in rounds by turns, and what got lost."""

import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

from benchmarks.delivery.bench import Bench, Trial
from benchmarks.delivery.contender import Contender, NotRun
from benchmarks.delivery.reader import Outputs

LOOK_S = 0.25
"""Time between looks at how much is written, in seconds: the reader itself waits meanwhile."""
REST_S = 1.0
"""Time without change after which what is written is read, in seconds."""
PATIENCE_S = 30.0
"""Longest time without change before a contender counts as stuck, in seconds."""


@dataclass(slots=True, kw_only=True)
class Row:
    """What one contender did in all rounds."""

    name: str
    what: str
    promise: str
    events_per_s: list[float] = field(default_factory=list)
    cpu_us_per_event: list[float] = field(default_factory=list)
    """CPU time of the client, its start included."""
    lost: int = 0
    duplicates: int = 0
    stop_s: list[float] = field(default_factory=list)
    not_run: str | None = None

    @property
    def median(self) -> float | None:
        """Median events per second of all rounds."""
        return statistics.median(self.events_per_s) if self.events_per_s else None


def throughput(
    bench: Bench, names: Sequence[str], *, records: int, warm_up: int, rounds: int
) -> list[Row]:
    """Measure the contenders by turns."""
    rows = {name: Row(name=name, what=name, promise="") for name in names}
    for number in range(rounds):
        for name, row in rows.items():
            if row.not_run is not None:
                continue
            try:
                contender = bench.find(name)
            except NotRun as why:
                row.not_run = str(why)
            else:
                row.what, row.promise = contender.what, contender.promise
                _measure(bench, contender, row, records=records, warm_up=warm_up)
            print(f"round {number + 1}: {name}: {_said(row)}", flush=True)
    return list(rows.values())


def _said(row: Row) -> str:
    if row.not_run is not None:
        return f"not run: {row.not_run}"
    rate, cpu_us = row.events_per_s[-1], row.cpu_us_per_event[-1]
    return f"{rate:,.0f}/s, {cpu_us:.0f} us CPU, {row.lost} lost, {row.duplicates} duplicates"


def _measure(bench: Bench, contender: Contender, row: Row, *, records: int, warm_up: int) -> None:
    count = records + warm_up
    with bench.trial(contender, bench.source(contender, count)) as trial:
        outputs = finished(trial, count)
        if not outputs.times_ms:
            row.not_run = f"nothing came out: {trial.worker.last_words()}"
            return
        cpu_s = 0.0 if trial.worker.ended else trial.worker.cpu_s()
        row.stop_s.append(round(trial.worker.stop(), 2))
        outputs = trial.reader.read_all()
    row.events_per_s.append(round(outputs.rate(warm_up), 1))
    row.cpu_us_per_event.append(round(cpu_s / count * 1e6, 1))
    row.lost += outputs.lost(count)
    row.duplicates += outputs.duplicates


def finished(trial: Trial, count: int) -> Outputs:
    """Wait until all of *count* came out, or nothing more does; return what there is."""
    written, changed = 0, time.monotonic()
    read_at = -1
    outputs = Outputs()
    while True:
        time.sleep(LOOK_S)
        now = time.monotonic()
        if (seen := trial.reader.written()) != written:
            written, changed = seen, now
        still_s = now - changed
        if written >= count and still_s >= REST_S and read_at != written:
            outputs, read_at = trial.reader.read_all(), written
        if outputs.lost(count) == 0:
            return outputs
        if still_s > PATIENCE_S or (trial.worker.ended and still_s > REST_S):
            return trial.reader.read_all()
