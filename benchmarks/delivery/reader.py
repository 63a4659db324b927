"""What came out, as an independent client sees it: confluent-kafka, committed records only."""

import time
from array import array
from dataclasses import dataclass, field

from confluent_kafka import OFFSET_BEGINNING, Consumer, KafkaError, KafkaException, TopicPartition

from benchmarks.delivery.records import number_of

EOF_LIMIT_S = 60.0
"""Longest wait for the end of a topic that nobody writes to, in seconds."""

UNLED = (
    KafkaError.NOT_LEADER_FOR_PARTITION,
    KafkaError._UNKNOWN_PARTITION,  # noqa: SLF001 - its public name
)
"""What is said of a partition so new that nobody leads it, or the client does not know it."""


@dataclass(slots=True)
class Outputs:
    """Every committed record of an output topic."""

    times_ms: "array[int]" = field(default_factory=lambda: array("q"))
    """The broker's time of each, as read."""
    first_ms: dict[int, int] = field(default_factory=dict)
    """The broker's time of the first of each number."""

    @property
    def duplicates(self) -> int:
        """Number of records beyond the first of their number."""
        return len(self.times_ms) - len(self.first_ms)

    def lost(self, count: int) -> int:
        """Return how many of *count* are missing."""
        return count - sum(1 for number in self.first_ms if number < count)

    def rate(self, skip: int) -> float:
        """Return records per second by the broker's times, the first *skip* left out."""
        ordered = sorted(self.times_ms)
        if len(ordered) <= skip + 1:
            return 0.0
        span_s = max(1, ordered[-1] - ordered[skip]) / 1000
        return (len(ordered) - skip - 1) / span_s


class Reader:
    """Reads one topic of one broker."""

    def __init__(self, bootstrap: str, topic: str, partitions: int) -> None:
        self._partitions = [
            TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(partitions)
        ]
        self.consumer = Consumer(
            {
                "bootstrap.servers": bootstrap,
                "group.id": "benchmark-reader",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
            }
        )

    def written(self) -> int:
        """Return the end of all partitions together: records, and markers of transactions."""
        return sum(map(self._end, self._partitions))

    def _end(self, partition: TopicPartition) -> int:
        """Return the end of one partition: 0 of one that nobody leads yet."""
        try:
            return int(self.consumer.get_watermark_offsets(partition, timeout=10)[1])
        except KafkaException as error:
            if error.args[0].code() in UNLED:
                return 0
            raise

    def read_all(self) -> Outputs:
        """Read from the beginning to the end that there is now."""
        outputs, open_partitions = Outputs(), {one.partition for one in self._partitions}
        deadline = time.monotonic() + EOF_LIMIT_S
        self.assign()
        while open_partitions and time.monotonic() < deadline:
            for message in self.consumer.consume(5000, timeout=0.1):
                error = message.error()
                if error is None:
                    at_ms, number = message.timestamp()[1], number_of(message.key())
                    outputs.times_ms.append(at_ms)
                    outputs.first_ms.setdefault(number, at_ms)
                elif error.code() == KafkaError._PARTITION_EOF:  # noqa: SLF001 - its public name
                    open_partitions.discard(message.partition())
                else:
                    raise KafkaException(error)
        self.consumer.unassign()
        return outputs

    def assign(self) -> None:
        """Begin at the beginning of all partitions."""
        self.consumer.assign(self._partitions)

    def close(self) -> None:
        """Close the connections."""
        self.consumer.close()
