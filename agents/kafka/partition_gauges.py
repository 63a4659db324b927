"""What a worker shows of each partition's progress."""

from agents import metrics
from agents.delivery.record import Partition
from agents.kafka.offset_metadata import Committed, encode
from agents.kafka.partition_state import PartitionState

_GAUGES = (
    metrics.OPEN_RECORDS,
    metrics.OLDEST_OPEN_SECONDS,
    metrics.BEYOND_RECORDS,
    metrics.METADATA_CHARACTERS,
)


class PartitionGauges:
    """The gauges of one partition, for as long as a worker holds it."""

    def __init__(self, stage: str, partition: Partition) -> None:
        self._labels = (stage, partition.topic, str(partition.partition))
        self._open, self._oldest, self._beyond, self._metadata = (
            gauge.labels(*self._labels) for gauge in _GAUGES
        )

    def show(self, state: PartitionState, committed: Committed | None, now_s: float) -> None:
        """Show *state*, and what is committed of it; *now_s* is Unix time in seconds."""
        appended_ms = state.oldest_open_ms
        self._open.set(len(state.open_offsets))
        self._oldest.set(0.0 if appended_ms is None else max(0.0, now_s - appended_ms / 1000))
        if committed is not None:
            self._beyond.set(sum(end - begin for begin, end in committed.beyond))
            self._metadata.set(len(encode(committed)))

    def close(self) -> None:
        """Show nothing of the partition any more."""
        for gauge in _GAUGES:
            gauge.remove(*self._labels)
