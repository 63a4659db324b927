"""Records written at a pace, by a thread beside what is measured."""

import time
from array import array
from collections.abc import Sequence
from itertools import count
from threading import Event, Thread

from benchmarks.delivery.broker import Broker
from benchmarks.delivery.records import opaque_sample


class Feed:
    """Writes opaque records to the partitions in turn, so many a second, until told to stop."""

    def __init__(self, broker: Broker, topic: str, *, partitions: int, rate: float) -> None:
        self.sent_ms: array[int] = array("q")
        """When each was handed to the client."""
        self._producer = broker.producer()
        self._topic = topic
        self._partitions = partitions
        self._rate = rate
        self._stop = Event()
        self._thread = Thread(target=self._run, name="feed", daemon=True)
        self._thread.start()

    def stop(self) -> Sequence[int]:
        """Write no more, and return when each record was written, in milliseconds."""
        self._stop.set()
        self._thread.join()
        self._producer.flush(30)
        return self.sent_ms

    def _run(self) -> None:
        began = time.monotonic()
        for number in count():
            wait_s = began + number / self._rate - time.monotonic()
            if self._stop.wait(max(0.0, wait_s)) if wait_s > 0 else self._stop.is_set():
                return
            key, value, _ = opaque_sample(number)
            self.sent_ms.append(time.time_ns() // 1_000_000)
            self._producer.produce(self._topic, value, key, number % self._partitions)
            self._producer.poll(0)
