"""Clips a second of the whole pipeline: from `audio.received` to `transcripts.ready`."""

import json
import os
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from confluent_kafka import Consumer, Producer

from benchmarks.speech.clips import Clip

PATIENCE_S = 120.0
"""Longest time without a transcript, in seconds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PipelineRow:
    """What all agents did with the clips, in rounds."""

    clips: int
    clips_per_s: list[float]


def pipeline(folder: Path, clips: Sequence[Clip], rounds: int) -> PipelineRow:
    """Run broker and agents, and send all *clips* in each round, all at once."""
    with _running(folder) as bootstrap:
        consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": uuid.uuid4().hex,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
            }
        )
        consumer.subscribe(["transcripts.ready"])
        try:
            _sent_and_read(bootstrap, consumer, clips[:4])
            rates = [_sent_and_read(bootstrap, consumer, clips) for _ in range(rounds)]
        finally:
            consumer.close()
    return PipelineRow(clips=len(clips), clips_per_s=rates)


def _sent_and_read(bootstrap: str, consumer: Consumer, clips: Sequence[Clip]) -> float:
    producer = Producer({"bootstrap.servers": bootstrap, "linger.ms": 5})
    waiting: set[bytes] = set()
    began = time.monotonic()
    for clip in clips:
        key = uuid.uuid4().hex
        waiting.add(key.encode())
        event = {"recording_id": key, "user_id": key, "audio_uri": clip.path.as_uri()}
        producer.produce("audio.received", json.dumps(event), key=key)
    producer.flush(30)
    newest = time.monotonic()
    while waiting:
        record = consumer.poll(0.5)
        if record is not None and record.error() is None:
            newest = time.monotonic()
            waiting.discard(record.key() or b"")
        elif time.monotonic() - newest > PATIENCE_S:
            raise TimeoutError(f"{len(waiting)} transcripts are missing")
    rate = len(clips) / (newest - began)
    print(f"pipeline: {rate:.2f} clips/s", flush=True)
    return rate


@contextmanager
def _running(folder: Path) -> Iterator[str]:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DAYBOOK_")},
        "DAYBOOK_STATE_DIR": str(folder / "state"),
        "DAYBOOK_AUDIO_ROOTS": str(folder),
        "DAYBOOK_CONFIG": os.devnull,
    }

    def daybook(*verb: str) -> str:
        command = [sys.executable, "-m", "agents.cli.main", *verb]
        return subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, text=True
        ).stdout

    try:
        daybook("up")
        yield str(json.loads(daybook("status", "--json"))["bootstrap"])
    finally:
        daybook("down")
