"""Many records as one message of Faust's: what Faust does for a message it does once for them all.

Each message costs Faust a decision whether to wait, a queue, an event and an acknowledgement: most
of what a record cost that needs no work.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from faust.types import ConsumerMessage

from agents.delivery.record import Partition, Record

RECORDS_MAX = 250
"""Records in a bundle: the stream takes bundles of all partitions in turn, and while it waits for
room for the records of one, those of the others wait."""


class Bundle(ConsumerMessage):
    """Consecutive records of one partition; its own offset is that of the last one."""

    __slots__ = ("epoch", "records")

    def __init__(
        self, tp: Any, records: Sequence[Any], epoch: int, generation_id: int | None = None
    ) -> None:
        """Wrap *records*, as aiokafka fetched them in the consumer's *epoch*."""
        last = records[-1]
        super().__init__(
            tp.topic,
            tp.partition,
            last.offset,
            last.timestamp / 1000,
            last.timestamp_type,
            None,
            None,
            None,
            None,
            tp=tp,
            generation_id=generation_id,
        )
        partition = Partition(*tp)
        self.epoch = epoch
        self.records = [
            Record(
                partition=partition,
                offset=record.offset,
                timestamp_ms=record.timestamp,
                key=record.key,
                value=record.value,
                headers=record.headers,
            )
            for record in records
        ]


def in_turns(fetched: Mapping[Any, Sequence[Any]]) -> Iterator[tuple[Any, Sequence[Any]]]:
    """Yield the records of each partition in slices, one slice of every partition after another."""
    left = {tp: records for tp, records in fetched.items() if records}
    for start in count(0, RECORDS_MAX):
        left = {tp: records for tp, records in left.items() if start < len(records)}
        if not left:
            return
        for tp, records in left.items():
            yield tp, records[start : start + RECORDS_MAX]
