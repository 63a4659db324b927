"""Files that are no recordings at all, though some say that they are."""

import gzip
import io
import struct
import zipfile
from functools import partial

from tests.support.audio import encoded, png, video_without_sound
from tests.support.hostile.hostile_file import EMPTY, OK, HostileFile, fixed, rubbish, speech

_MAGICS = {
    "wav": b"RIFF\xff\xff\0\0WAVEfmt ",
    "w64": b"riff\x2e\x91\xcf\x11\xa5\xd6\x28\xdb\x04\xc1\0\0",
    "mp3": b"ID3\x04\0\0\0\0\x01\x01",
    "mp4": b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\xff\xffmoov",
    "mkv": b"\x1a\x45\xdf\xa3\xa3\x42\x86\x81\x01\x42\x82\x88matroska",
    "ogg": b"OggS\0\x02\0\0\0\0\0\0\0\0",
    "flac": b"fLaC\0\0\0\x22",
    "caf": b"caff\0\x01\0\0desc\0\0\0\0\0\0\0\x20",
    "aiff": b"FORM\0\0\xff\xffAIFFCOMM\0\0\0\x12",
    "wma": b"\x30\x26\xb2\x75\x8e\x66\xcf\x11\xa6\xd9\0\xaa\0\x62\xce\x6c",
    "ac3": b"\x0b\x77",
    "aac": b"\xff\xf1\x60\x40",
}
"""The first bytes of each container that is tried; chance follows."""

_MAGICS_OF_ANYTHING = {"amr": (b"#!AMR\n", EMPTY), "amr-wb": (b"#!AMR-WB\n", OK)}
"""Formats in which chance is sound, and may sound like a voice: frames without any checksum."""


def _zip() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("memo.wav", encoded(speech(), "wav"))
    return buffer.getvalue()


def _elf() -> bytes:
    head = b"\x7fELF\x02\x01\x01" + bytes(9)
    return head + struct.pack("<HHIQQQ", 2, 62, 1, 0x400000, 64, 0) + rubbish(20_000, 7)


def _jpeg() -> bytes:
    return (
        b"\xff\xd8\xff\xe0\0\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0" + rubbish(3_000, 8) + b"\xff\xd9"
    )


def _gif() -> bytes:
    return b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;"


def _chance_after(magic: bytes) -> bytes:
    return magic + rubbish(60_000, len(magic))


FILES: tuple[HostileFile, ...] = (
    fixed("empty.wav", bytes),
    fixed("one-byte.mp3", lambda: b"R"),
    fixed("zeros.wav", lambda: bytes(100_000)),
    fixed("text.txt", lambda: b"This is not a recording.\n" * 400),
    fixed("chance.bin", partial(rubbish, 100_000)),
    fixed("picture.png", png),
    fixed("picture.jpeg", _jpeg),
    fixed("picture.gif", _gif),
    fixed("archive.zip", _zip),
    fixed("packed.wav.gz", lambda: gzip.compress(encoded(speech(), "wav"))),
    fixed("program.elf", _elf),
    fixed("silent-movie.mp4", video_without_sound),
    *(
        fixed(f"chance-after-magic.{name}", partial(_chance_after, magic))
        for name, magic in _MAGICS.items()
    ),
    *(
        fixed(f"chance-after-magic.{name}", partial(_chance_after, magic), end, "damaged")
        for name, (magic, end) in _MAGICS_OF_ANYTHING.items()
    ),
)
