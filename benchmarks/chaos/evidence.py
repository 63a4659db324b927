"""What there is to see of things lost or doubled: records, who wrote them, and in which epoch."""

import re
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from agents.local.kafka_tools import run_tool
from benchmarks.chaos.checker import Verdict, names_of
from benchmarks.chaos.reader import Seen

DUMP = "org.apache.kafka.tools.DumpLogSegments"
SHOWN = 10
"""Things of one topic that are shown."""

_BATCH = re.compile(
    r"baseOffset: (\d+) lastOffset: (\d+).*producerId: (-?\d+) producerEpoch: (-?\d+)"
)


def evidence(verdict: Verdict, seen: Iterable[Seen], data: Path) -> Iterator[str]:
    """Describe what is lost or doubled, a line each; *data* is a broker's folder."""
    records = list(seen)
    for word, ids in (("LOST", verdict.lost), ("DUPLICATE", verdict.duplicates)):
        for topic, counter in ids.items():
            yield f"{word} {topic}: {counter.total()}"
            for name, count in islice(counter.items(), SHOWN):
                yield f"  {name} x{count}"
                yield from (f"    {line}" for line in _records_about(name, records, data))


def _records_about(name: str, records: Iterable[Seen], data: Path) -> Iterator[str]:
    """Describe every record that has to do with *name*, wherever in the stream."""
    subject = name.rpartition(" ")[2]
    for record in records:
        if any(subject == one.rpartition(" ")[2] for one in names_of(record)):
            headers = {k: v for k, v in record.headers.items() if k != "traceparent"}
            yield (
                f"{record.topic}[{record.partition}]@{record.offset} {record.at_ms} "
                f"{_writer(record, data)} {headers} {_worker(record)}"
            )


def _worker(record: Seen) -> str:
    """Return the process that did the work, which the steps leave in the event."""
    found = re.findall(rb"by \d+", record.value[:4096])
    return b" ".join(found[:3]).decode()


def _writer(record: Seen, data: Path) -> str:
    """Return the producer id and epoch of *record*'s batch, as the log has them."""
    for first, last, producer, epoch in _batches(data / f"{record.topic}-{record.partition}"):
        if first <= record.offset <= last:
            return f"pid {producer} epoch {epoch}"
    return "pid unknown"


_KNOWN: dict[Path, list[tuple[int, int, int, int]]] = {}


def _batches(partition: Path) -> list[tuple[int, int, int, int]]:
    if partition not in _KNOWN:
        files = ",".join(str(file) for file in sorted(partition.glob("*.log")))
        said = run_tool(DUMP, "--files", files).stdout
        _KNOWN[partition] = [
            (int(m[1]), int(m[2]), int(m[3]), int(m[4])) for m in _BATCH.finditer(said)
        ]
    return _KNOWN[partition]
