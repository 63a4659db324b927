"""Files whose headers lie about sizes, lengths, rates and channels."""

import struct
from functools import partial
from typing import Any

from tests.support.hostile.boxes import (
    UNKNOWN_SIZE,
    Movie,
    Wave,
    box,
    cluster,
    ebml,
    flac,
    full_box,
    matroska,
    pcm,
    words,
)
from tests.support.hostile.damaged import whole
from tests.support.hostile.hostile_file import EMPTY, OK, HostileFile, fixed, speech

_HUGE = 0xFFFF_FFFF
_SIZES = {"zero": 0, "all-ones": _HUGE, "negative": 0x8000_0000, "short": 1_000}


def _sound() -> bytes:
    return pcm(speech())


def _wav(**lies: Any) -> bytes:
    return Wave(sound=_sound(), **lies).content()


def _movie(**lies: Any) -> bytes:
    return Movie(sound=_sound(), **lies).content()


def _nested(levels: int) -> bytes:
    nest = b""
    for _ in range(levels):
        nest = box(b"udta", nest)
    return nest


def _blocks() -> list[bytes]:
    sound = _sound()
    return [sound[at : at + 640] for at in range(0, len(sound), 640)]


def _xing(frames: int) -> bytes:
    content = bytearray(whole("mp3"))
    at = max(content.find(b"Xing"), content.find(b"Info"))
    content[at + 8 : at + 12] = words(frames)
    return bytes(content)


def _streaminfo(at: int, value: bytes) -> bytes:
    content = bytearray(whole("flac"))
    content[8 + at : 8 + at + len(value)] = value
    return bytes(content)


def _aiff(**lies: int) -> bytes:
    sound = speech()
    swapped = (sound * 32767).astype(">i2").tobytes()
    rate = struct.pack(">HQ", 0x400C, 16_000 << 50)
    frames = lies.get("frames", len(sound))
    common = struct.pack(">HIH", lies.get("channels", 1), frames, 16) + rate
    sized = struct.pack(">4sI", b"SSND", lies.get("size", len(swapped) + 8))
    chunks = b"AIFF" + struct.pack(">4sI", b"COMM", 18) + common + sized + bytes(8) + swapped
    return b"FORM" + words(len(chunks)) + chunks


def _with_big_tag(megabytes: int) -> bytes:
    size = megabytes << 20
    synchsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3\x04\0\0" + synchsafe + bytes(size) + whole("mp3")


_WAV = (
    *(
        fixed(f"data-size-{name}.wav", partial(_wav, data_size=size), OK, heard_s=5.9)
        for name, size in _SIZES.items()
        if name != "short"
    ),
    fixed("data-size-short.wav", partial(_wav, data_size=64_000), OK, heard_s=1.9),
    *(
        fixed(f"riff-size-{name}.wav", partial(_wav, riff_size=size), OK, heard_s=5.9)
        for name, size in _SIZES.items()
        if name != "negative"
    ),
    fixed(
        "riff-size-negative.wav",
        partial(_wav, riff_size=0x8000_0000),
        OK,
        "truncated",
        heard_s=5.9,
    ),
    fixed("no-channels.wav", partial(_wav, channels=0)),
    fixed("64-channels.wav", partial(_wav, channels=64, frame_bytes=128), EMPTY),
    fixed("65-channels.wav", partial(_wav, channels=65, frame_bytes=130)),
    fixed("65535-channels.wav", partial(_wav, channels=65_535, frame_bytes=131)),
    fixed("0-hertz.wav", partial(_wav, rate_hz=0)),
    fixed("1-hertz.wav", partial(_wav, rate_hz=1)),
    fixed("1-gigahertz.wav", partial(_wav, rate_hz=1_000_000_000)),
    fixed("negative-hertz.wav", partial(_wav, rate_hz=0xFFFF_FF00)),
    fixed("no-bits.wav", partial(_wav, bits=0)),
    fixed("65535-bits.wav", partial(_wav, bits=65_535)),
    fixed("frames-of-nothing.wav", partial(_wav, frame_bytes=0), OK, heard_s=5.9),
    fixed("unknown-codec.wav", partial(_wav, tag=0x7777)),
)

_MOVIE = (
    fixed("as-it-should-be.mov", _movie, OK, heard_s=5.9),
    fixed("lasts-years.mov", partial(_movie, duration=0x7FFF_FFFF), OK, heard_s=5.9),
    fixed("no-time-scale.mov", partial(_movie, time_scale=0), OK, "truncated", heard_s=5.9),
    fixed("billions-of-times.mov", partial(_movie, times=full_box(b"stts", words(_HUGE, 1, 1)))),
    fixed("billions-of-sizes.mov", partial(_movie, sizes=full_box(b"stsz", words(0, _HUGE)))),
    fixed(
        "one-huge-sample.mov",
        partial(_movie, sizes=full_box(b"stsz", words(0x7FFF_FFFF, 1))),
        OK,
        heard_s=5.9,
    ),
    fixed(
        "begins-in-a-century.mov",
        partial(
            _movie,
            edits=box(b"edts", full_box(b"elst", words(2, _HUGE, -1, 65536, 96_000, 0, 65536))),
        ),
        OK,
        heard_s=5.9,
    ),
    fixed("nested-10000-deep.mov", partial(_movie, before=_nested(10_000))),
    fixed("huge-atom.mov", partial(_movie, before=box(b"free", size=0x7FFF_FFF0))),
    fixed("atom-of-exabytes.mov", partial(_movie, before=words(1) + b"free" + b"\x7f" + bytes(7))),
    fixed("negative-atom.mov", partial(_movie, before=words(1) + b"free" + b"\xff" * 8)),
    fixed("500-tracks.mov", partial(_movie, tracks=500), OK, heard_s=5.9),
    fixed("2000-tracks.mov", partial(_movie, tracks=2_000)),
    fixed("unknown-codec.mov", partial(_movie, codec=b"zzzz")),
    fixed("drm.mov", partial(_movie, codec=b"drms")),
    fixed("encrypted.mov", partial(_movie, codec=b"enca")),
)

_OTHERS = (
    fixed("unknown-sizes.mka", lambda: matroska(
        cluster(0, *_blocks(), size=UNKNOWN_SIZE), size=UNKNOWN_SIZE), OK, heard_s=5.9),
    fixed("huge-cluster.mka", lambda: matroska(
        cluster(0, *_blocks(), size=b"\x01\x7f" + bytes(6))), OK, heard_s=5.9),
    fixed("huge-element.mka", lambda: matroska(
        cluster(0, *_blocks()), more=ebml(0xEC, size=b"\x01\x7f" + bytes(6))), OK, heard_s=5.9),
    fixed("no-hertz.mka", lambda: matroska(cluster(0, *_blocks()), rate_hz=float("nan")), EMPTY,
          heard_s=5.9),
    fixed("total-absurd.flac", partial(_streaminfo, 14, b"\xff" * 4), OK, "truncated",
          heard_s=5.9),
    fixed("blocks-of-nothing.flac", partial(_streaminfo, 0, bytes(4))),
    fixed("0-hertz.flac", partial(_streaminfo, 10, bytes(4))),
    fixed("1-hertz.flac", lambda: flac(20, rate_hz=1)),
    fixed("xing-too-many.mp3", partial(_xing, _HUGE), OK, "truncated", heard_s=5.9),
    fixed("xing-one.mp3", partial(_xing, 1), OK, heard_s=5.9),
    fixed("30-mb-tag.mp3", partial(_with_big_tag, 30), OK, heard_s=5.9),
    fixed("frames-absurd.aiff", partial(_aiff, frames=_HUGE)),
    fixed("data-size-absurd.aiff", partial(_aiff, size=_HUGE), OK, heard_s=5.9),
    fixed("60000-channels.aiff", partial(_aiff, channels=60_000)),
)  # fmt: skip

FILES: tuple[HostileFile, ...] = (*_WAV, *_MOVIE, *_OTHERS)
