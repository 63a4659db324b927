"""Recordings that were cut off, or damaged on their way."""

from functools import cache, partial

import numpy as np

from tests.support.audio import CODECS, Encoding, encoded, float_wav_bytes, muxed
from tests.support.hostile.boxes import ogg_page, with_checksum
from tests.support.hostile.hostile_file import (
    EMPTY,
    OK,
    HostileFile,
    fixed,
    rubbish,
    speech,
)

WAV_HEAD_BYTES = 44
"""Bytes of a WAV file before its first sample, where nothing but the sound is in it."""

_OTHER_CODECS = {
    "w64": ("w64", "pcm_s16le"),
    "aiff": ("aiff", "pcm_s16be"),
    "caf": ("caf", "pcm_s16le"),
    "mka": ("matroska", "flac"),
}
"""More formats that are tried: file extension to container and codec."""


@cache
def whole(extension: str) -> bytes:
    """Return a sound recording of the format that *extension* names, or of raw AAC."""
    if extension == "aac":
        return muxed(speech(), Encoding(container="adts", codec="aac"))
    return encoded(speech(), extension)


def _cut(extension: str, share: float) -> bytes:
    content = whole(extension)
    return content[: int(len(content) * share)]


def _head(extension: str) -> bytes:
    return whole(extension)[:WAV_HEAD_BYTES]


def _no_sound(extension: str) -> bytes:
    if extension in CODECS:
        return encoded(None, extension)
    container, codec = _OTHER_CODECS[extension]
    return muxed(None, Encoding(container=container, codec=codec))


def _holed(extension: str, bytes_count: int = 1_000) -> bytes:
    content = bytearray(whole(extension))
    at = len(content) // 2
    content[at : at + bytes_count] = rubbish(bytes_count)
    return bytes(content)


def _in_fragments(share: float) -> bytes:
    """Return a recording in fragments, cut off: each has its own index."""
    options = {"movflags": "empty_moov+default_base_moof", "frag_duration": "500000"}
    content = muxed(speech(), Encoding(container="ipod", codec="aac", options=options))
    return content[: int(len(content) * share)]


def _pages(content: bytes) -> list[bytes]:
    return [b"OggS" + page for page in content.split(b"OggS")[1:]]


def _page_lost() -> bytes:
    pages = _pages(whole("ogg"))
    middle = len(pages) // 2
    return b"".join(pages[:middle] + pages[middle + 1 :])


def _pages_shuffled() -> bytes:
    pages = _pages(whole("ogg"))
    return b"".join([*pages[:2], *reversed(pages[2:])])


def _bad_checksum() -> bytes:
    pages = _pages(whole("ogg"))
    middle = len(pages) // 2
    pages[middle] = pages[middle][:22] + b"\0\0\0\0" + pages[middle][26:]
    return b"".join(pages)


def _no_numbers(share: float, value: float) -> bytes:
    sound = speech().copy()
    sound[: int(len(sound) * share)] = value
    return float_wav_bytes(sound)


def _no_time_goes_by() -> bytes:
    """Return Ogg Opus whose pages all claim to end where the stream begins."""
    pages = _pages(whole("ogg"))
    late = [with_checksum(page[:6] + bytes(8) + page[14:]) for page in pages[2:]]
    return b"".join([*pages[:2], *late, ogg_page([], sequence=99, granule=0, flags=4)])


_WARNINGS_OF_CUTS = {
    "wav": ("truncated",),
    "mp3": ("truncated",),
    "flac": ("damaged", "truncated"),
    "ogg": ("truncated",),
    "webm": ("truncated",),
    "aac": ("damaged",),
}
"""Of recordings cut off at a half or later. Raw AAC has no length: only its last frame is amiss."""

FILES: tuple[HostileFile, ...] = (
    *(
        fixed(f"cut-{place}.{extension}", partial(_cut, extension, share), OK, *warnings,
              heard_s=5.8 * share - 0.7)
        for extension, warnings in _WARNINGS_OF_CUTS.items()
        for place, share in (("half", 0.5), ("late", 0.9))
    ),
    fixed("cut-early.wav", partial(_cut, "wav", 0.1), OK, "truncated", heard_s=0.5),
    fixed("cut-early.mp3", partial(_cut, "mp3", 0.1), OK, "truncated", heard_s=0.4),
    fixed("cut-early.flac", partial(_cut, "flac", 0.1), OK, "damaged", "truncated", heard_s=0.1),
    fixed("cut-early.webm", partial(_cut, "webm", 0.1), OK, "truncated", heard_s=0.5),
    fixed("cut-early.aac", partial(_cut, "aac", 0.1), OK, "damaged", heard_s=0.5),
    fixed("cut-in-first-page.ogg", partial(_cut, "ogg", 0.1)),
    *(
        fixed(f"cut-before-index-{share}.m4a", partial(_cut, "m4a", share))
        for share in (0.1, 0.5, 0.9)
    ),
    *(fixed(f"head-only.{extension}", partial(_head, extension)) for extension in CODECS),
    *(
        fixed(f"no-sound.{extension}", partial(_no_sound, extension))
        for extension in (*CODECS, *_OTHER_CODECS)
    ),
    *(
        fixed(f"hole.{extension}", partial(_holed, extension), OK, "damaged", heard_s=5.5)
        for extension in ("mp3", "m4a", "aac")
    ),
    fixed("hole.flac", partial(_holed, "flac"), OK, heard_s=5.9),  # 70 ms: FFmpeg says nothing
    fixed("hole.ogg", partial(_holed, "ogg"), OK, "damaged", "truncated", heard_s=4.9),
    fixed("hole.webm", partial(_holed, "webm"), OK, "truncated", heard_s=4),
    fixed("hole.wav", partial(_holed, "wav"), OK, heard_s=5.9),
    fixed("cut-half-in-fragments.m4a", partial(_in_fragments, 0.5), OK, "damaged", heard_s=2.9),
    fixed("page-lost.ogg", _page_lost, OK, "damaged", "truncated", heard_s=4.9),
    fixed("pages-backwards.ogg", _pages_shuffled, OK, "damaged", heard_s=5.9),
    fixed("bad-checksum.ogg", _bad_checksum, OK, "damaged", "truncated", heard_s=4.9),
    fixed("no-time-goes-by.ogg", _no_time_goes_by, OK, "damaged", heard_s=5.9),
    fixed("all-nan.wav", partial(_no_numbers, 1.0, np.nan)),
    fixed("half-nan.wav", partial(_no_numbers, 0.5, np.nan), OK, "damaged", heard_s=5.9),
    fixed("infinite.wav", partial(_no_numbers, 0.3, np.inf), OK, "damaged", heard_s=5.9),
    fixed("loud.wav", lambda: float_wav_bytes(speech() * 1e30), OK, heard_s=5.9),
    fixed("tiny-numbers.wav", lambda: float_wav_bytes(speech() * 1e-42), EMPTY, heard_s=5.9),
)  # fmt: skip
