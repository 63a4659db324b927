"""Batches as brokers hand them out, with records that aiokafka itself cannot read."""

from typing import Any

import pytest
from aiokafka.errors import UnsupportedCodecError
from aiokafka.record.default_records import _DefaultRecordBatchBuilderPy
from aiokafka.record.memory_records import MemoryRecords

from agents.kafka.record_batches import (
    ODD_NAME_MAX_BYTES,
    UNREADABLE_HEADER,
    AllRecords,
    WholeBatch,
    header_name,
)
from tests.support.foreign import BytesName

CODECS = {"none": 0, "gzip": 1, "snappy": 2, "lz4": 3, "zstd": 4}
FINE: list[tuple[str, bytes | None]] = [("fine", b"1"), ("null", None)]
ODD: list[tuple[str, bytes | None]] = [(BytesName(b"\xff\xfeodd"), b"2"), ("then", None)]


def a_batch(*headers: list[tuple[str, bytes | None]], codec: str = "none") -> bytes:
    """Build a batch with a record for each list of headers."""
    builder = _DefaultRecordBatchBuilderPy(2, CODECS[codec], 0, -1, -1, -1, 1 << 20)
    for offset, names in enumerate(headers):
        builder.append(offset, 1_000 + offset, b"key", b"value" * 100, names)
    return bytes(builder.build())


def read(content: bytes) -> list[Any]:
    records, found = AllRecords(content), []
    while records.has_next():
        found += list(records.next_batch())
    return found


def test_what_aiokafka_can_read_it_reads() -> None:
    content = a_batch(FINE, []) + a_batch([])
    ours, theirs = AllRecords(content), MemoryRecords(content)
    while theirs.has_next():
        batch, expected = ours.next_batch(), theirs.next_batch()
        assert batch.validate_crc()
        assert [repr(one) for one in batch] == [repr(one) for one in expected]
    assert (ours.has_next(), ours.next_batch()) == (False, None)


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_whose_name_is_not_utf_8_is_written_out(codec: str) -> None:
    first, odd, last = read(a_batch(FINE, ODD, FINE, codec=codec))
    assert tuple(odd.headers) == (("\\xff\\xfeodd", b"2"), ("then", None))
    assert (odd.offset, odd.timestamp, odd.key, odd.value) == (1, 1_001, b"key", b"value" * 100)
    assert tuple(first.headers) == tuple(last.headers) == tuple(FINE)
    assert [one.offset for one in (first, odd, last)] == [0, 1, 2]


def test_records_without_key_and_value_keep_that() -> None:
    builder = _DefaultRecordBatchBuilderPy(2, 0, 0, -1, -1, -1, 1 << 20)
    builder.append(0, 5, None, None, ODD)
    (record,) = read(bytes(builder.build()))
    assert (record.key, record.value, record.checksum) == (None, None, None)


def test_a_record_that_cannot_be_read_leaves_a_stand_in_and_harms_no_other() -> None:
    content = bytearray(a_batch([], [("name", b"1")], []))
    content[content.index(b"\x08name")] = 0x7F  # the name is said to have -64 bytes
    first, lost, last = read(bytes(content))
    assert (lost.offset, lost.value, lost.headers[0][0]) == (1, None, UNREADABLE_HEADER)
    assert (first.value, last.value) == (b"value" * 100,) * 2


def test_each_record_of_a_batch_that_cannot_be_unpacked_leaves_a_stand_in() -> None:
    content = bytearray(a_batch([], [], codec="gzip"))
    content[70:90] = b"\xff" * 20
    assert [(one.offset, one.headers[0][0]) for one in read(bytes(content))] == [
        (0, UNREADABLE_HEADER),
        (1, UNREADABLE_HEADER),
    ]


class UnknownCodec:
    """A batch in a format that no library here knows."""

    base_offset = 0

    def __iter__(self) -> Any:
        raise UnsupportedCodecError("zstd")


def test_a_missing_library_gives_no_record_up() -> None:
    with pytest.raises(UnsupportedCodecError):
        list(WholeBatch(UnknownCodec(), b""))


def test_a_very_long_odd_name_is_cut() -> None:
    assert header_name(b"\xff" * 1000) == "\\xff" * ODD_NAME_MAX_BYTES
