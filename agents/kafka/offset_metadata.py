"""What stands in the metadata of a committed offset: which records beyond it are finished.

Kafka keeps one offset for a group and partition, and up to 4096 characters beside it. Ours are the
lengths of the runs of open and finished offsets above the committed one, in turn and beginning
with an open run: a version byte and varints (LEB128), in base64. Where nothing beyond the offset
is finished there are none.

A NUL follows, as librdkafka's own commits have one: confluent-kafka reads metadata up to
a NUL, and past its end where there is none.
"""

import base64
import binascii
from collections.abc import Iterable
from dataclasses import dataclass

METADATA_MAX = 4096
"""Longest metadata that brokers take by default (`offset.metadata.max.bytes`), in characters."""
RUNS_MAX = 600
"""Pairs of runs that fit for certain: 3064 bytes before base64, and at most 5 for a pair."""

_VERSION = 1
_END = "\0"
_SEVEN_BITS, _MORE = 0x7F, 0x80

Interval = tuple[int, int]
"""Offsets from the first, up to but without the second."""


@dataclass(frozen=True, slots=True)
class Committed:
    """A group's progress in one partition.

    Everything below *offset* is finished, and so is everything in *beyond*: ascending intervals
    above *offset* that do not touch one another.
    """

    offset: int
    beyond: tuple[Interval, ...] = ()

    def covers(self, offset: int) -> bool:
        """Tell whether the record at *offset* is finished."""
        return offset < self.offset or any(begin <= offset < end for begin, end in self.beyond)

    def includes(self, earlier: "Committed") -> bool:
        """Tell whether everything is finished that *earlier* says is."""
        runs = ((0, self.offset), *self.beyond)
        return all(
            end <= self.offset
            or any(low <= max(begin, self.offset) and end <= high for low, high in runs)
            for begin, end in ((0, earlier.offset), *earlier.beyond)
        )


def encode(committed: Committed) -> str:
    """Return the metadata for *committed*.

    Raises:
        ValueError: there are more or longer runs than fit.

    """
    if not committed.beyond:
        return _END
    packed = bytes((_VERSION, *_varints(_run_lengths(committed))))
    metadata = base64.b64encode(packed).decode() + _END
    if len(metadata) > METADATA_MAX:
        raise ValueError(f"{len(committed.beyond)} runs make {len(metadata)} characters")
    return metadata


def decode(offset: int, metadata: str | None) -> Committed:
    """Return what *metadata* says beside *offset*.

    Metadata that is not ours says nothing: after an offset reset everything is worked again.
    """
    try:
        packed = base64.b64decode((metadata or "").rstrip(_END), validate=True)
        return Committed(offset, _intervals(offset, packed))
    except (binascii.Error, ValueError):
        return Committed(offset)


def _run_lengths(committed: Committed) -> Iterable[int]:
    cursor = committed.offset
    for begin, end in committed.beyond:
        yield begin - cursor
        yield end - begin
        cursor = end


def _intervals(offset: int, packed: bytes) -> tuple[Interval, ...]:
    if not packed:
        return ()
    if packed[0] != _VERSION:
        raise ValueError(f"version {packed[0]}")
    lengths = _read_varints(packed[1:])
    if len(lengths) % 2 or 0 in lengths:
        raise ValueError("runs are not pairs of open and finished ones")
    intervals = []
    cursor = offset
    for opened, finished in zip(lengths[::2], lengths[1::2], strict=True):
        intervals.append((cursor + opened, cursor + opened + finished))
        cursor = intervals[-1][1]
    return tuple(intervals)


def _varints(numbers: Iterable[int]) -> Iterable[int]:
    for number in numbers:
        left = number
        while left > _SEVEN_BITS:
            yield left & _SEVEN_BITS | _MORE
            left >>= 7
        yield left


def _read_varints(packed: bytes) -> list[int]:
    numbers = []
    number = shift = 0
    for byte in packed:
        number |= (byte & _SEVEN_BITS) << shift
        shift += 7
        if not byte & _MORE:
            numbers.append(number)
            number = shift = 0
    if shift:
        raise ValueError("a varint is cut")
    return numbers
