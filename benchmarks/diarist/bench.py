"""A broker with topics, and diarists on it as processes of their own."""

import itertools
import json
import os
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition

from agents.local.processes import Child, await_end, launch
from agents.local.up_state import run_file
from benchmarks.chaos.cluster import OneBroker, apply_topics, clean_environment
from benchmarks.chaos.wire import decode
from schemas import TranscriptReady
from tests.support.records import a_record_of
from tests.support.watched_diarist import FILE

PARTITIONS = 4
QUIET = 2
"""librdkafka's log level: that the broker goes at the end is no news."""

TRANSCRIPTS, ENTRIES = "transcripts.ready", "diaries.ready"

STOP_S, STUCK_S, LOOK_S = 60.0, 90.0, 0.1


@dataclass(slots=True, kw_only=True)
class Outputs:
    """Entries that came out, with the times at which the worker wrote them."""

    times_s: list[float] = field(default_factory=list)
    entries: list[dict[str, Any]] = field(default_factory=list)

    def rate(self, *, skip: int = 0, until: int | None = None) -> float:
        """Return entries a second, of those from *skip* to *until* in the order of time."""
        times = sorted(self.times_s)[skip:until]
        return (len(times) - 1) / max(1e-3, times[-1] - times[0])


class DiaristProcess:
    """A diarist at work."""

    def __init__(self, folder: Path, env: Mapping[str, str], number: int) -> None:
        self._said = run_file(Path(env["DAYBOOK_STATE_DIR"]), f"diarist-{number}")
        self._watched = Path(env["DAYBOOK_STATE_DIR"]) / FILE
        self._log = folder / f"diarist-{number}.log"
        part = ("worker", "diarist", "--part", f"diarist-{number}")
        self._child: Child = launch(
            (sys.executable, "-m", "tests.support.watched_diarist", *part),
            log=self._log,
            env=env,
            tethered=True,
        )

    def cpu_s(self) -> float:
        """Return the CPU time used so far, in seconds."""
        stat = Path(f"/proc/{self._child.process.pid}/stat").read_text()
        fields = stat.rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def check(self) -> None:
        """Raise where it has ended."""
        if self._child.exit_code() is not None:
            raise RuntimeError(f"the diarist ended: {self._log.read_text()[-2000:]}")

    def stop(self) -> dict[str, Any]:
        """Tell it to stop; return what it saw of itself."""
        os.kill(self._child.process.pid, 15)
        await_end(self._child.process, timeout_s=STOP_S)
        self._child.kill_all()
        seen: dict[str, Any] = json.loads(self._watched.read_text())
        return seen

    def kill(self) -> None:
        """End it, if it runs."""
        self._child.kill_all()


class DiaristBench:
    """What trials share: the broker; each trial has a state folder of its own."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._broker = OneBroker(folder / "kafka")
        self.bootstrap = self._broker.bootstrap
        apply_topics(self.bootstrap, partitions=PARTITIONS)
        self._numbers = itertools.count(1)
        self._producer = Producer(
            {
                "bootstrap.servers": self.bootstrap,
                "log_level": QUIET,
                "message.max.bytes": 4 << 20,
                "partitioner": "murmur2_random",
            }
        )

    def publish(self, transcripts: Iterable[TranscriptReady]) -> None:
        """Write *transcripts*."""
        for transcript in transcripts:
            record = a_record_of(transcript)
            self._producer.produce(
                TRANSCRIPTS,
                value=record.value,
                key=transcript.recording_id,
                headers=list(record.headers),
            )
        if self._producer.flush(60):
            raise RuntimeError("the broker takes no transcripts")

    @contextmanager
    def reading(self) -> Iterator[Consumer]:
        """Give a reader of the entries that are published from now on."""
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": f"bench-{next(self._numbers)}",
                "isolation.level": "read_committed",
                "enable.auto.commit": False,
                "log_level": QUIET,
            }
        )
        places = [TopicPartition(ENTRIES, number) for number in range(PARTITIONS)]
        for place in places:
            place.offset = _end(consumer, place)
        consumer.assign(places)
        try:
            yield consumer
        finally:
            consumer.close()

    @contextmanager
    def diarist(self, **settings: str) -> Iterator[DiaristProcess]:
        """Run a diarist; *settings* are variables of its environment, by their whole names."""
        number = next(self._numbers)
        env = clean_environment() | {
            "DAYBOOK_KAFKA_BOOTSTRAP": self.bootstrap,
            "DAYBOOK_STATE_DIR": str(self._folder / f"state-{number}"),
            "DAYBOOK_CONFIG": os.devnull,
            "DAYBOOK_LOG_LEVEL": "warning",
            "DAYBOOK_DRAIN_S": "5",
            **settings,
        }
        process = DiaristProcess(self._folder, env, number)
        try:
            yield process
        finally:
            process.kill()

    def close(self) -> None:
        """Stop the broker."""
        self._broker.close()


def _end(consumer: Consumer, place: TopicPartition) -> int:
    """Return the end of a partition, once somebody leads it."""
    deadline = time.monotonic() + STUCK_S
    while True:
        try:
            return int(consumer.get_watermark_offsets(place, timeout=30)[1])
        except KafkaException:
            if time.monotonic() > deadline:
                raise
            time.sleep(LOOK_S)


def gathered(consumer: Consumer, diarist: DiaristProcess, count: int) -> Outputs:
    """Wait for *count* entries."""
    outputs, changed = Outputs(), time.monotonic()
    while len(outputs.times_s) < count:
        diarist.check()
        for message in consumer.consume(500, 0.2):
            if message.error() is not None:
                raise RuntimeError(str(message.error()))
            outputs.times_s.append(message.timestamp()[1] / 1000)
            outputs.entries.append(decode(ENTRIES, message.value()) or {})
            changed = time.monotonic()
        if time.monotonic() - changed > STUCK_S:
            raise RuntimeError(f"{len(outputs.times_s)} of {count} entries, and no more come")
    return outputs


@contextmanager
def diarist_bench() -> Iterator[DiaristBench]:
    """Run a broker for the length of the block."""
    with tempfile.TemporaryDirectory(prefix="bench-diarist-") as folder:
        bench = DiaristBench(Path(folder))
        try:
            yield bench
        finally:
            bench.close()
