"""Containers made by hand, byte by byte, so that any of their fields can lie."""

import struct
from dataclasses import dataclass
from functools import cache

from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
"""EBML's size of an element that goes on until something else begins."""


def pcm(samples: Samples) -> bytes:
    """Return *samples* as 16-bit little-endian PCM."""
    return (samples * 32767).astype("<i2").tobytes()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wave:
    """A WAV file, and what its fields say; sizes are the right ones where None."""

    sound: bytes
    rate_hz: int = SAMPLE_RATE_HZ
    channels: int = 1
    frame_bytes: int = 2
    bits: int = 16
    tag: int = 1
    riff_size: int | None = None
    data_size: int | None = None

    def content(self) -> bytes:
        """Return the file."""
        rate_bytes = self.rate_hz * self.frame_bytes & 0xFFFF_FFFF
        form = struct.pack(
            "<4sIHHIIHH",
            *(b"fmt ", 16, self.tag, self.channels, self.rate_hz),
            *(rate_bytes, self.frame_bytes, self.bits),
        )
        data_size = len(self.sound) if self.data_size is None else self.data_size
        body = b"WAVE" + form + struct.pack("<4sI", b"data", data_size) + self.sound
        riff_size = len(body) if self.riff_size is None else self.riff_size
        return struct.pack("<4sI", b"RIFF", riff_size) + body


def box(kind: bytes, *contents: bytes, size: int | None = None) -> bytes:
    """Return an mp4 atom; *size* is what it claims, if not the truth."""
    content = b"".join(contents)
    return struct.pack(">I4s", len(content) + 8 if size is None else size, kind) + content


def full_box(kind: bytes, *contents: bytes, flags: int = 0) -> bytes:
    """Return an mp4 atom with version 0 and *flags*."""
    return box(kind, struct.pack(">I", flags), *contents)


def words(*values: int) -> bytes:
    """Return 32-bit big-endian words."""
    return struct.pack(f">{len(values)}I", *(value & 0xFFFF_FFFF for value in values))


@dataclass(frozen=True, slots=True, kw_only=True)
class Movie:
    """A QuickTime file of one PCM track, index first, and what its fields say."""

    sound: bytes
    codec: bytes = b"sowt"
    rate_hz: int = SAMPLE_RATE_HZ
    time_scale: int = SAMPLE_RATE_HZ
    duration: int | None = None
    sizes: bytes | None = None
    times: bytes | None = None
    reference: bytes = full_box(b"url ", flags=1)
    edits: bytes = b""
    entry_more: bytes = b""
    before: bytes = b""
    tracks: int = 1

    def content(self) -> bytes:
        """Return the file."""
        head = box(b"ftyp", b"qt  ", words(0), b"qt  ") + self.before
        size = len(self._index(0))
        return head + self._index(len(head) + size + 8) + box(b"mdat", self.sound)

    def _index(self, at: int) -> bytes:
        unity = words(0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x4000_0000)
        head = words(0, 0, self.time_scale, self._duration, 0x10000, 0x0100_0000, 0, 0)
        track = self._track(at, unity)
        return box(
            b"moov", full_box(b"mvhd", head, unity, words(0, 0, 0, 0, 0, 0, 2)), track * self.tracks
        )

    @property
    def _duration(self) -> int:
        return len(self.sound) // 2 if self.duration is None else self.duration

    def _track(self, at: int, unity: bytes) -> bytes:
        head = words(0, 0, 1, 0, self._duration, 0, 0, 0, 0x0100_0000)
        media = box(
            b"mdia",
            full_box(b"mdhd", words(0, 0, self.time_scale, self._duration, 0)),
            full_box(b"hdlr", b"mhlrsoun", words(0, 0, 0), b"\0"),
            box(
                b"minf",
                full_box(b"smhd", words(0)),
                box(b"dinf", full_box(b"dref", words(1), self.reference)),
                self._samples(at),
            ),
        )
        return box(b"trak", full_box(b"tkhd", head, unity, words(0, 0), flags=7), self.edits, media)

    def _samples(self, at: int) -> bytes:
        count = len(self.sound) // 2
        entry = struct.pack(">6xHHHIHHHHI", 1, 0, 0, 0, 1, 16, 0, 0, (self.rate_hz & 0xFFFF) << 16)
        return box(
            b"stbl",
            full_box(b"stsd", words(1), box(self.codec, entry, self.entry_more)),
            self.times or full_box(b"stts", words(1, count, 1)),
            full_box(b"stsc", words(1, 1, count, 1)),
            self.sizes or full_box(b"stsz", words(2, count)),
            full_box(b"stco", words(1, at)),
        )


def ebml(identity: int, *contents: bytes, size: bytes | None = None) -> bytes:
    """Return a Matroska element; *size* is what it claims, encoded, if not the truth."""
    content = b"".join(contents)
    true_size = (len(content) | 1 << 56).to_bytes(8, "big")
    return (
        identity.to_bytes((identity.bit_length() + 7) // 8, "big") + (size or true_size) + content
    )


def number(identity: int, value: int) -> bytes:
    """Return a Matroska element that holds *value*."""
    return ebml(identity, value.to_bytes(8, "big"))


def matroska(
    *clusters: bytes,
    codec: bytes = b"A_PCM/INT/LIT",
    private: bytes = b"",
    rate_hz: float = SAMPLE_RATE_HZ,
    more: bytes = b"",
    size: bytes | None = None,
    duration_ms: float = 6_000,
) -> bytes:
    """Return a Matroska file with one track; *more* stands between it and the *clusters*."""
    head = ebml(0x1A45DFA3, ebml(0x4282, b"matroska"), number(0x4287, 4), number(0x4285, 2))
    sound = ebml(0xE1, ebml(0xB5, struct.pack(">d", rate_hz)), number(0x9F, 1), number(0x6264, 16))
    kept = ebml(0x63A2, private) if private else b""
    track = ebml(
        0xAE, number(0xD7, 1), number(0x73C5, 1), number(0x83, 2), ebml(0x86, codec), kept, sound
    )
    about = ebml(
        0x1549A966, number(0x2AD7B1, 1_000_000), ebml(0x4489, struct.pack(">d", duration_ms))
    )
    tracks = ebml(0x1654AE6B, track)
    return head + ebml(0x18538067, about, tracks, more, *clusters, size=size)


def cluster(at_ms: int, *blocks: bytes, each_ms: float = 20, size: bytes | None = None) -> bytes:
    """Return a cluster of Matroska blocks, each *each_ms* after the one before."""
    simple = [
        ebml(0xA3, struct.pack(">BhB", 0x81, int(each_ms * index) & 0x7FFF, 0x80), block)
        for index, block in enumerate(blocks)
    ]
    return ebml(0x1F43B675, number(0xE7, at_ms), *simple, size=size)


def ogg_page(
    packets: list[bytes], *, sequence: int, granule: int, flags: int = 0, serial: int = 1
) -> bytes:
    """Return an Ogg page of whole packets."""
    lacing = b"".join(b"\xff" * (len(one) // 255) + bytes([len(one) % 255]) for one in packets)
    head = struct.pack("<4sBBqIII", b"OggS", 0, flags, granule, serial, sequence, 0)
    return with_checksum(head + bytes([len(lacing)]) + lacing + b"".join(packets))


def with_checksum(page: bytes) -> bytes:
    """Return an Ogg page with the checksum that its bytes have."""
    page = page[:22] + bytes(4) + page[26:]
    return page[:22] + struct.pack("<I", _checksum(page, 32, 0x04C1_1DB7)) + page[26:]


def flac(
    frames: int, *, rate_hz: int = SAMPLE_RATE_HZ, block: int = 65_535, total: int = 0
) -> bytes:
    """Return a FLAC file of *frames* that each say "*block* times the same sample"."""
    numbers = (rate_hz << 44) | (15 << 36) | (total & 0xF_FFFF_FFFF)
    about = struct.pack(">HH6xQ16x", block, block, numbers)
    head = b"fLaC" + struct.pack(">BBH", 0x80, 0, len(about)) + about
    return head + b"".join(_flac_frame(index, block) for index in range(frames))


def _flac_frame(index: int, block: int) -> bytes:
    head = b"\xff\xf8\x70\x08" + chr(index).encode() + struct.pack(">H", block - 1)
    frame = head + bytes([_checksum(head, 8, 0x07)]) + b"\0\0\0"
    return frame + struct.pack(">H", _checksum(frame, 16, 0x8005))


def _checksum(content: bytes, bits: int, polynomial: int) -> int:
    table = _table(bits, polynomial)
    mask, value = (1 << bits) - 1, 0
    for byte in content:
        value = ((value << 8) ^ table[(value >> (bits - 8)) ^ byte]) & mask
    return value


@cache
def _table(bits: int, polynomial: int) -> list[int]:
    table = []
    for byte in range(256):
        value = byte << (bits - 8)
        for _ in range(8):
            top = value >> (bits - 1)
            value = ((value << 1) & ((1 << bits) - 1)) ^ (polynomial if top else 0)
        table.append(value)
    return table
