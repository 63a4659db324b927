"""What a recording's file says of its length, against what came of it."""

import os
from typing import Any, BinaryIO

_ESTIMATED_DURATION = {"aac", "ac3", "amr"}
"""Formats whose duration is a guess from the bit rate, worth nothing as a claim."""

_CONTAINER_CLOCK_HZ = 1_000_000
"""FFmpeg's AV_TIME_BASE: the unit of a container's own duration."""

_GAP_S = 0.2
"""Leap of an Ogg stream's clock, in seconds, that is no rounding: a page holds about a second."""

_OGG_HEAD_BYTES = 27
"""Bytes of a page up to its number of segments: https://www.rfc-editor.org/rfc/rfc3533#section-6"""

_OGG_PAGE_BYTES_MAX = _OGG_HEAD_BYTES + 255 + 255 * 255


def claimed_s(container: Any, stream: Any) -> float | None:
    """Return how long FFmpeg's *container* says that *stream* is, in seconds."""
    if _ESTIMATED_DURATION & set(container.format.name.split(",")):
        return None
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    return None if container.duration is None else container.duration / _CONTAINER_CLOCK_HZ


def is_truncated(decoded_s: float, claimed_s: float | None) -> bool:
    """Whether a recording ends before its container says; small claims too many are usual."""
    return claimed_s is not None and decoded_s < claimed_s - max(0.5, 0.02 * claimed_s)


def is_cut_off(file: BinaryIO, container_format: str) -> bool:
    """Whether *file*'s own bytes say that more should follow, where FFmpeg does not tell."""
    if container_format not in {"wav", "ogg"}:
        return False
    position = file.tell()
    try:
        size = file.seek(0, os.SEEK_END)
        return _is_cut_wav(file, size) if container_format == "wav" else _is_cut_ogg(file, size)
    finally:
        file.seek(position)


def _is_cut_wav(file: BinaryIO, size: int) -> bool:
    """Compare with the size in the header: FFmpeg believes what is shorter."""
    file.seek(0)
    header = file.read(8)
    claimed = int.from_bytes(header[4:8], "little")
    streamed = claimed in (0, 0xFFFF_FFFF)  # written to a pipe: its length was not known
    return header.startswith(b"RIFF") and not streamed and size < 0.98 * claimed


def _is_cut_ogg(file: BinaryIO, size: int) -> bool:
    """Look whether the last page is whole; FFmpeg takes the time of the last whole one."""
    file.seek(max(0, size - _OGG_PAGE_BYTES_MAX))
    tail = file.read(_OGG_PAGE_BYTES_MAX)
    at = tail.rfind(b"OggS")
    if at < 0:
        return False
    head, body = tail[at : at + _OGG_HEAD_BYTES], tail[at + _OGG_HEAD_BYTES :]
    if len(head) < _OGG_HEAD_BYTES:
        return True
    segments = head[-1]
    return len(body) < segments + sum(body[:segments])


class GapsState:
    """Finds where an Ogg stream's clock leaps: a page was lost there, and FFmpeg goes on.

    In other containers a leap may be a pause.
    """

    def __init__(self) -> None:
        self.found = False
        self._watches = False
        self._expected: float | None = None

    def begin(self, container_format: str) -> None:
        """Say what container the frames come from."""
        self._watches = container_format == "ogg"

    def push(self, frame: Any) -> None:
        """Look at the next frame's time."""
        if not self._watches or frame.time is None:
            return
        if self._expected is not None and frame.time - self._expected > _GAP_S:
            self.found = True
        self._expected = frame.time + frame.samples / frame.sample_rate
