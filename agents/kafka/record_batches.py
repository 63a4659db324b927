"""Reads every record of a fetched batch, also those that aiokafka's own reader stumbles over.

To brokers a header's name is any bytes; aiokafka takes it for UTF-8, and one that is not would end
each worker that meets it, for as long as the record lives.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import structlog
from aiokafka.consumer import fetcher
from aiokafka.errors import UnsupportedCodecError
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.legacy_records import LegacyRecordBatch
from aiokafka.record.memory_records import _MemoryRecordsPy
from aiokafka.record.util import decode_varint

log = structlog.get_logger()

UNREADABLE_HEADER = "daybook.unreadable"
"""Header of what stands for a record that cannot be read: says why."""
ODD_NAME_MAX_BYTES = 256
"""Longest part kept of a name that is not UTF-8: written out it takes four times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadRecord:
    """A record with the attributes of aiokafka's."""

    offset: int
    timestamp: int
    timestamp_type: int
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    checksum: None = None


class AllRecords(_MemoryRecordsPy):
    """The batches of one answer to a fetch."""

    def next_batch(self) -> Any:
        """Return the next batch; None after the last one."""
        content = self._next_slice
        batch = super().next_batch()
        if content is None or isinstance(batch, LegacyRecordBatch) or batch.is_control_batch:
            return batch
        return WholeBatch(batch, bytes(content))


class WholeBatch:
    """aiokafka's batch; what it cannot read is read again by ourselves."""

    def __init__(self, batch: Any, content: bytes) -> None:
        self._batch = batch
        self._content = content

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __iter__(self) -> Iterator[Any]:
        """Yield the records in the order of their offsets.

        Raises:
            UnsupportedCodecError: a library is missing; the records themselves are well.

        """
        begin = self._batch.base_offset
        try:
            for record in self._batch:
                yield record
                begin = record.offset + 1
        except UnsupportedCodecError:
            raise
        except Exception as error:  # noqa: BLE001 - codecs and parsers raise what they like
            log.warning("odd records", offset=begin, error=repr(error))
            yield from _LenientBatch(self._content).read_from(begin)


class _LenientBatch(_DefaultRecordBatchPy):
    """A batch read without any expectation."""

    _pos: int

    def read_from(self, begin: int) -> Iterator[ReadRecord]:
        """Yield the records from the offset *begin* on, and a stand-in for each unreadable one."""
        offset = self.base_offset - 1
        try:
            self._maybe_uncompress()
            for _ in range(self._num_records):
                record = self._read(offset + 1)
                offset = record.offset
                if offset >= begin:
                    yield record
        except Exception as error:  # noqa: BLE001 - codecs raise what they like
            for lost in range(max(begin, offset + 1), self.next_offset):
                yield self._stand_in(lost, error)

    def _read(self, expected: int) -> ReadRecord:
        size, start = decode_varint(self._buffer, self._pos)
        if not 0 < size <= len(self._buffer) - start:
            raise ValueError(f"a record of {size} bytes")
        self._pos = start + size
        try:
            return self._parsed(_Fields(self._buffer[start : self._pos]))
        except (ValueError, IndexError) as error:
            return self._stand_in(expected, error)

    def _parsed(self, fields: "_Fields") -> ReadRecord:
        delta_ms, offset_delta = fields.number(), fields.number()
        appended = self.timestamp_type == self.LOG_APPEND_TIME
        return ReadRecord(
            offset=self.base_offset + offset_delta,
            timestamp=self.max_timestamp if appended else self.first_timestamp + delta_ms,
            timestamp_type=self.timestamp_type,
            key=fields.blob(),
            value=fields.blob(),
            headers=tuple(
                (header_name(fields.blob() or b""), fields.blob()) for _ in range(fields.number())
            ),
        )

    def _stand_in(self, offset: int, error: Exception) -> ReadRecord:
        return ReadRecord(
            offset=offset,
            timestamp=self.max_timestamp,
            timestamp_type=self.timestamp_type,
            key=None,
            value=None,
            headers=((UNREADABLE_HEADER, repr(error).encode(errors="replace")),),
        )


class _Fields:
    """Takes the fields of one record in their order."""

    def __init__(self, content: bytearray) -> None:
        self._content = content
        self._at = 1  # after the attributes, a byte without a meaning so far

    def number(self) -> int:
        value, self._at = decode_varint(self._content, self._at)
        return int(value)

    def blob(self) -> bytes | None:
        size = self.number()
        if size < 0:
            return None
        begin, self._at = self._at, self._at + size
        if self._at > len(self._content):
            raise ValueError("a field is longer than its record")
        return bytes(self._content[begin : self._at])


def header_name(name: bytes) -> str:
    r"""Return a header's name as text; bytes that are no UTF-8 are written as `\xff`."""
    try:
        return name.decode()
    except UnicodeDecodeError:
        return name[:ODD_NAME_MAX_BYTES].decode(errors="backslashreplace")


def read_all_records() -> None:
    """Let every consumer of this process read so: aiokafka has no setting for it."""
    fetcher.MemoryRecords = AllRecords
