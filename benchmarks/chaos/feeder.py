"""Publishes recordings over time as any producer would: by confluent-kafka, no code of ours."""

import hashlib
import threading
import time
from collections.abc import Callable, Sequence
from typing import Any

from confluent_kafka import Producer

from benchmarks.chaos import wire
from benchmarks.chaos.recordings import Kind, Recording

DELIVERY_MS = 600_000
"""Longest time for one record to be delivered, in milliseconds: brokers may be away for long."""


class Feeder(threading.Thread):
    """Publishes *recordings* evenly over *duration_s*, in a thread of its own."""

    def __init__(self, bootstrap: str, recordings: Sequence[Recording], duration_s: float) -> None:
        super().__init__(name="feeder", daemon=True)
        self.errors: list[str] = []
        self.published = 0
        self._recordings = recordings
        self._pause_s = duration_s / max(1, len(recordings))
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "acks": "all",
                "linger.ms": 5,
                "partitioner": "murmur2_random",
                "delivery.timeout.ms": DELIVERY_MS,
                "reconnect.backoff.max.ms": 1000,
                "log_level": 0,
            }
        )

    def run(self) -> None:
        """Publish all, and return once all are delivered."""
        began = time.monotonic()
        for number, recording in enumerate(self._recordings):
            while (due_s := began + number * self._pause_s - time.monotonic()) > 0:
                self._producer.poll(due_s)
            self._publish(recording)
        left = self._producer.flush(DELIVERY_MS / 1000)
        if left:
            self.errors.append(f"{left} records were never delivered")

    def _publish(self, recording: Recording) -> None:
        self._producer.produce(
            recording.topic, key=recording.id, value=_value(recording), on_delivery=self._delivered
        )

    @property
    def _delivered(self) -> Callable[[Any, Any], None]:
        def delivered(error: Any, message: Any) -> None:
            if error is not None:
                self.errors.append(f"{message.key().decode()}: {error}")
            else:
                self.published += 1

        return delivered


def _value(recording: Recording) -> bytes:
    if recording.kind is Kind.GARBAGE:
        return b"\0\0\0\0\x63" + recording.id.encode()
    return wire.encode(
        "audio.received",
        {
            "recording_id": recording.id,
            "user_id": recording.user,
            "audio_uri": f"file:///nowhere/{recording.id}.opus",
            "content_sha256": hashlib.sha256(recording.id.encode()).hexdigest(),
            "recorded_at": recording.recorded_at,
            "recorded_at_source": "DEVICE",
            "time_zone": "UTC",
        },
    )
