"""What every part of a run shares: the broker, the cores, the folders; and topics of one trial."""

import itertools
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.delivery.broker import Broker
from benchmarks.delivery.contender import Contender, Running
from benchmarks.delivery.job import Job
from benchmarks.delivery.lineup import find
from benchmarks.delivery.reader import Reader
from benchmarks.delivery.records import events, opaque

PARTITIONS = 4


@dataclass(slots=True, kw_only=True)
class Trial:
    """One contender's run: its topics, its worker, and a reader of what it writes."""

    contender: Contender
    job: Job
    reader: Reader
    worker: Running


@dataclass(slots=True, kw_only=True)
class Bench:
    """A running broker, and where contenders find it."""

    broker: Broker
    folder: Path
    cache: Path
    client_core: int
    cores: Collection[int]
    """All of them, for workers that are not held to one."""
    _sources: dict[tuple[bool, int], str] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def source(self, contender: Contender, count: int) -> str:
        """Return a topic of *count* records to move, written once for all who read it."""
        kind = (contender.events, count)
        if kind not in self._sources:
            name = f"source-{next(self._numbers)}"
            self.broker.make_topic(name, PARTITIONS)
            samples = events(count) if contender.events else opaque(count)
            self.broker.fill(name, samples, PARTITIONS)
            self._sources[kind] = name
        return self._sources[kind]

    def empty_source(self, partitions: int) -> str:
        """Return a topic without records."""
        name = f"source-{next(self._numbers)}"
        self.broker.make_topic(name, partitions)
        return name

    @contextmanager
    def trial(
        self,
        contender: Contender,
        source: str,
        *,
        partitions: int = PARTITIONS,
        pinned: bool = True,
        options: Mapping[str, int] | None = None,
    ) -> Iterator[Trial]:
        """Run *contender* on *source* with a group and topics of its own."""
        number = next(self._numbers)
        job = Job(
            bootstrap=self.broker.bootstrap,
            group=f"{contender.name}-{number}",
            source=source,
            target=f"target-{number}",
            status=f"status-{number}",
            options={**contender.options, **(options or {})},
        )
        for topic in (job.target, job.status):
            self.broker.make_topic(topic, partitions)
        reader = Reader(job.bootstrap, job.target, partitions)
        worker = self.start(contender, job, pinned=pinned)
        try:
            yield Trial(contender=contender, job=job, reader=reader, worker=worker)
        finally:
            worker.stop()
            reader.close()
            for topic in (job.target, job.status):
                self.broker.delete_topic(topic)

    def start(self, contender: Contender, job: Job, *, pinned: bool = True) -> Running:
        """Start one more worker on *job*."""
        return Running(contender, job, self.folder, {self.client_core} if pinned else self.cores)

    def find(self, name: str) -> Contender:
        """Return a contender; raises NotRun."""
        return find(name, self.cache)
