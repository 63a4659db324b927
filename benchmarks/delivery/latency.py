"""How long one lone event takes from its producer to a reader of committed records."""

import random
import time
from dataclasses import dataclass
from threading import Event, Thread

from benchmarks.delivery.bench import PARTITIONS, Bench
from benchmarks.delivery.contender import Contender
from benchmarks.delivery.reader import Reader
from benchmarks.delivery.records import events, number_of, opaque

GAP_S = (0.2, 0.6)
"""Shortest and longest time between events, in seconds."""
WARM_UP = 8
"""Events that are not counted."""
START_S = 60.0
"""Longest wait for the first event, in seconds."""
LAST_S = 15.0
"""Longest wait for the last, in seconds."""


@dataclass(slots=True, kw_only=True)
class LatencyRow:
    """Milliseconds from before the producer's call to the reader's."""

    name: str
    what: str
    events: int
    p50_ms: float
    p95_ms: float
    max_ms: float
    unseen: int


class Watch:
    """Notes when each number becomes visible; a thread of its own."""

    def __init__(self, reader: Reader) -> None:
        self.seen_s: dict[int, float] = {}
        self._reader = reader
        self._stop = Event()
        self._thread = Thread(target=self._run, name="watch", daemon=True)
        self._thread.start()

    def await_number(self, number: int, limit_s: float) -> bool:
        """Wait until *number* was seen; False if it was not in time."""
        deadline = time.monotonic() + limit_s
        while number not in self.seen_s and time.monotonic() < deadline:
            time.sleep(0.01)
        return number in self.seen_s

    def stop(self) -> None:
        """End the thread."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        self._reader.assign()
        while not self._stop.is_set():
            message = self._reader.consumer.poll(0.2)
            if message is not None and message.error() is None:
                self.seen_s.setdefault(number_of(message.key()), time.perf_counter())


def latency(bench: Bench, name: str, *, count: int) -> LatencyRow:
    """Send *count* lone events through the contender called *name*."""
    contender = bench.find(name)
    with bench.trial(contender, bench.empty_source(PARTITIONS)) as trial:
        watch = Watch(trial.reader)
        sent_s = _send(bench, contender, trial.job.source, count + WARM_UP, watch)
        for number in range(count + WARM_UP):
            watch.await_number(number, LAST_S)
        watch.stop()
    took_ms = sorted(
        (watch.seen_s[number] - sent_s[number]) * 1000
        for number in range(WARM_UP, len(sent_s))
        if number in watch.seen_s
    )
    return LatencyRow(
        name=name,
        what=contender.what,
        events=count,
        p50_ms=_quantile(took_ms, 0.5),
        p95_ms=_quantile(took_ms, 0.95),
        max_ms=_quantile(took_ms, 1.0),
        unseen=count - len(took_ms),
    )


def _send(
    bench: Bench, contender: Contender, source: str, count: int, watch: Watch
) -> dict[int, float]:
    chance = random.Random(1)
    producer = bench.broker.producer()
    sent_s: dict[int, float] = {}
    samples = events(count) if contender.events else opaque(count)
    for number, (key, value, headers) in enumerate(samples):
        sent_s[number] = time.perf_counter()
        producer.produce(source, value, key, number % PARTITIONS, headers=headers)
        producer.flush(10)
        if number == 0 and not watch.await_number(0, START_S):
            break
        time.sleep(chance.uniform(*GAP_S))
    return sent_s


def _quantile(ordered: list[float], share: float) -> float:
    """Return the smallest value that *share* of all are not above; NaN of none."""
    if not ordered:
        return float("nan")
    return round(ordered[max(0, -int(-len(ordered) * share // 1) - 1)], 1)
