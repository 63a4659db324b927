"""The contenders by name, in the order of the table."""

from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks.delivery.contender import Contender, python
from benchmarks.delivery.fetched import QUIXSTREAMS, parallel_consumer, quixstreams_python

EXACTLY, AT_LEAST = "exactly once", "at least once"

Find = Callable[[Path], Contender]
"""Makes a contender, given a folder for what has to be fetched; raises NotRun."""


def _ours(in_flight: int) -> Find:
    return lambda _cache: Contender(
        name=f"daybook-{in_flight}",
        what=f"Daybook, transport seam, {in_flight} in flight",
        promise=EXACTLY,
        command=python("ours"),
        options={"in_flight": in_flight},
    )


def _ours_events(in_flight: int) -> Find:
    return lambda _cache: Contender(
        name=f"daybook-events-{in_flight}",
        what=f"Daybook, whole path: Avro, headers, ids, statuses; {in_flight} in flight",
        promise=EXACTLY,
        command=python("ours_events"),
        options={"in_flight": in_flight},
        events=True,
    )


def _simple(name: str, what: str, promise: str, module: str, **options: int) -> Find:
    return lambda _cache: Contender(
        name=name, what=what, promise=promise, command=python(module), options=options
    )


def _quixstreams(commit_ms: int) -> Find:
    return lambda cache: Contender(
        name=f"quixstreams-{commit_ms}",
        what=(
            f"quixstreams {QUIXSTREAMS}, processing_guarantee=exactly-once, commit_interval "
            f"{commit_ms} ms"
        ),
        promise=EXACTLY,
        command=python("quix", quixstreams_python(cache)),
        options={"commit_ms": commit_ms},
    )


def _parallel_consumer(concurrency: int) -> Find:
    return lambda cache: Contender(
        name=f"parallel-consumer-{concurrency}",
        what=(
            "parallel-consumer 0.5.3.3 (Java), UNORDERED, PERIODIC_TRANSACTIONAL_PRODUCER every "
            f"100 ms, concurrency {concurrency}"
        ),
        promise=EXACTLY,
        command=parallel_consumer(cache),
        options={"concurrency": concurrency},
    )


LINEUP: dict[str, Find] = {
    "daybook-16": _ours(16),
    "daybook-100": _ours(100),
    "daybook-512": _ours(512),
    "daybook-events-16": _ours_events(16),
    "faust": _simple("faust", "stock Faust, defaults", AT_LEAST, "stock_faust"),
    "faust-tuned": _simple(
        "faust-tuned",
        "stock Faust, producer_max_batch_size=262144, producer_linger 5 ms",
        AT_LEAST,
        "stock_faust",
        tuned=1,
    ),
    "aiokafka": _simple(
        "aiokafka", "bare aiokafka loop, 2000 a transaction", EXACTLY, "aiokafka_loop"
    ),
    "confluent": _simple(
        "confluent", "bare confluent-kafka loop, 2000 a transaction", EXACTLY, "confluent_loop"
    ),
    "quixstreams-100": _quixstreams(100),
    "quixstreams-5000": _quixstreams(5000),
    "parallel-consumer-16": _parallel_consumer(16),
    "parallel-consumer-100": _parallel_consumer(100),
}


def find(name: str, cache: Path) -> Contender:
    """Return the contender called *name*; raises NotRun."""
    return LINEUP[name](cache)


def names(wanted: Iterable[str] | None) -> list[str]:
    """Return those of *wanted*, or all."""
    return list(wanted or LINEUP)
