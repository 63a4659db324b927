"""How a long backlog is worked off: the rate and the memory of the worker in each tenth of it."""

import time
from dataclasses import dataclass
from threading import Event, Thread

from benchmarks.delivery.bench import Bench
from benchmarks.delivery.contender import Running
from benchmarks.delivery.throughput import finished

SAMPLE_S = 0.5
"""Time between samples of memory, in seconds."""
TENTHS = 10


@dataclass(slots=True, kw_only=True)
class BacklogRow:
    """One backlog."""

    name: str
    what: str
    records: int
    events_per_s: list[float]
    """Of each tenth."""
    rss_mib: list[float]
    """At the end of each tenth."""
    lost: int
    duplicates: int

    @property
    def last_to_first(self) -> float:
        """Rate of the last tenth by that of the first."""
        first, last = self.events_per_s[0], self.events_per_s[-1]
        return round(last / first, 2) if first else 0.0


class Memory:
    """Samples of a worker's memory."""

    def __init__(self, worker: Running) -> None:
        self._worker = worker
        self._samples: list[tuple[int, int]] = []
        self._stop = Event()
        self._thread = Thread(target=self._run, name="memory", daemon=True)
        self._thread.start()

    def stop(self) -> list[tuple[int, int]]:
        """Return times, in milliseconds of the epoch, and bytes."""
        self._stop.set()
        self._thread.join()
        return self._samples

    def _run(self) -> None:
        while not self._stop.wait(SAMPLE_S) and not self._worker.ended:
            self._samples.append((time.time_ns() // 1_000_000, self._worker.rss_bytes()))


def backlog(bench: Bench, name: str, *, count: int) -> BacklogRow:
    """Have the contender called *name* move *count* records that wait for it."""
    contender = bench.find(name)
    with bench.trial(contender, bench.source(contender, count)) as trial:
        memory = Memory(trial.worker)
        finished(trial, count)
        samples = memory.stop()
        trial.worker.stop()
        outputs = trial.reader.read_all()
    ordered = sorted(outputs.times_ms)
    rates, rss_mib = [], []
    for tenth in range(TENTHS if len(ordered) > TENTHS else 0):
        begin, end = len(ordered) * tenth // TENTHS, len(ordered) * (tenth + 1) // TENTHS - 1
        span_s = max(1, ordered[end] - ordered[begin]) / 1000
        rates.append(round((end - begin) / span_s, 1))
        held = [size for at_ms, size in samples if at_ms <= ordered[end] + SAMPLE_S * 1000]
        rss_mib.append(round(max(held[-1:], default=0) / (1 << 20), 1))
    return BacklogRow(
        name=name,
        what=contender.what,
        records=count,
        events_per_s=rates,
        rss_mib=rss_mib,
        lost=outputs.lost(count),
        duplicates=outputs.duplicates,
    )
