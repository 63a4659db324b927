"""Small files that stand for very much sound, or for very many pieces."""

from functools import partial

from tests.support.hostile.boxes import (
    Movie,
    Wave,
    cluster,
    flac,
    full_box,
    matroska,
    ogg_page,
    pcm,
    words,
)
from tests.support.hostile.hostile_file import (
    EMPTY,
    OK,
    TOO_LARGE,
    TOO_LONG,
    HostileFile,
    fixed,
    speech,
)

LIMIT_S = 600.0
"""The longest recording where these files are tried, in seconds: each flood claims hours."""

LIMIT_BYTES = 40 << 20
"""The largest recording there, in bytes."""

_HOURS = 20
_OPUS_HEAD = b"OpusHead\x01\x01\0\0\x80\xbb\0\0\0\0\0"
_OPUS_TAGS = b"OpusTags\0\0\0\0\0\0\0\0"
_DTX_120_MS = b"\x0b\x06"
"""An Opus packet of six frames of 20 ms, none with a byte."""


def _flac_silence() -> bytes:
    return flac(_HOURS * 3_600 * 16_000 // 65_535)


def _opus_silence() -> bytes:
    count = _HOURS * 3_600 * 1_000 // 120
    pages = [
        ogg_page([_OPUS_HEAD], sequence=0, granule=0, flags=2),
        ogg_page([_OPUS_TAGS], sequence=1, granule=0),
    ]
    for number in range(count // 250):
        granule = (number + 1) * 250 * 5_760
        pages.append(ogg_page([_DTX_120_MS] * 250, sequence=number + 2, granule=granule))
    return b"".join(pages)


def _matroska_silence() -> bytes:
    clusters = [
        cluster(at * 30_000, *[_DTX_120_MS] * 500, each_ms=60) for at in range(_HOURS * 120)
    ]
    return matroska(*clusters, codec=b"A_OPUS", private=_OPUS_HEAD, rate_hz=48_000)


def _slow_silence() -> bytes:
    return Wave(sound=bytes(25_000_000), rate_hz=1_000).content()


def _same_sample_again() -> bytes:
    """Return a movie whose index tells a million times of the same second of sound."""
    times = full_box(b"stts", words(1, 16_000 * 100_000, 1))
    sizes = full_box(b"stsz", words(2, 16_000 * 100_000))
    return Movie(sound=pcm(speech()), times=times, sizes=sizes).content()


def _tiny_packets() -> bytes:
    sound = pcm(speech()[:32_000])
    blocks = [sound[at : at + 2] for at in range(0, len(sound), 2)]
    return matroska(
        *[
            cluster(at // 16, *blocks[at : at + 1_600], each_ms=1 / 16)
            for at in range(0, len(blocks), 1_600)
        ],
        duration_ms=2_000,
    )


def _empty_packets() -> bytes:
    return matroska(*[cluster(at * 20, *[b""] * 1_000) for at in range(200)])


def _empty_pages() -> bytes:
    head = [
        ogg_page([_OPUS_HEAD], sequence=0, granule=0, flags=2),
        ogg_page([_OPUS_TAGS], sequence=1, granule=0),
    ]
    return b"".join(head) + ogg_page([b""] * 255, sequence=2, granule=0) * 20_000


def _bad_packets() -> bytes:
    """Return thousands of packets that no decoder takes, and not one that it does."""
    return matroska(
        *[cluster(at * 1_000, *[b"\xff\xff\xff"] * 1_000) for at in range(50)],
        codec=b"A_OPUS",
        private=_OPUS_HEAD,
        rate_hz=48_000,
    )


FILES: tuple[HostileFile, ...] = (
    fixed("hours-of-silence.flac", _flac_silence, TOO_LONG),
    fixed("hours-of-silence.opus", _opus_silence, TOO_LONG),
    fixed("hours-of-silence.mka", _matroska_silence, TOO_LONG),
    fixed("hours-of-silence.wav", _slow_silence, TOO_LONG),
    fixed("too-many-bytes.wav", lambda: Wave(sound=bytes(LIMIT_BYTES)).content(), TOO_LARGE),
    fixed("same-again.mov", _same_sample_again, OK),
    fixed("one-sample-a-packet.mka", _tiny_packets, OK, heard_s=1.9),
    fixed("empty-packets.mka", _empty_packets),
    fixed("empty-pages.opus", _empty_pages),
    fixed("bad-packets.mka", _bad_packets),
    fixed("days-in-a-header.flac", partial(flac, 3, total=0xF_FFFF_FFFF), EMPTY, "truncated"),
)
