"""Decodes untrusted recordings piece by piece with FFmpeg's libraries, from an open file only."""

import importlib
import pkgutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, BinaryIO

import av
import numpy as np
from av.audio.plane import AudioPlane

from agents.errors import AudioTooLong, AudioUndecodable
from agents.transcriber.decoding.claims import GapsState, claimed_s, is_cut_off, is_truncated
from agents.transcriber.decoding.seeking_file import SeekingFile
from agents.transcriber.samples import SAMPLE_RATE_HZ, Samples

BLOCK_SAMPLES = 5 * SAMPLE_RATE_HZ
"""Samples per block: long enough that the stages behind work in bulk, short to hold in memory."""

BLOCK_SAMPLES_MAX = 2 * BLOCK_SAMPLES
"""Most samples per block, whatever a file gives at once."""

FORMATS = "wav,w64,mp3,mov,matroska,ogg,flac,aac,caf,aiff,asf,amr,ac3"
"""Containers that are tried. None of them can name another file, as playlists do."""

TIME_TAGS = ("com.apple.quicktime.creationdate", "creation_time", "date")
"""Container tags that may say when the recording was made."""

TIME_TAG_CHARS = 100
"""Characters of a time that can be one."""

DAMAGED, TRUNCATED = "damaged", "truncated"

WARNINGS = (DAMAGED, TRUNCATED)
"""Warning codes: some of the sound is lost or wrong; it ends before the container says."""

_SAMPLE_TYPES = {"u8": "u1", "s16": "i2", "s32": "i4", "s64": "i8", "flt": "f4", "dbl": "f8"}
"""NumPy's names of FFmpeg's kinds of samples."""

_DAMAGE = (av.FFmpegError, ValueError, IndexError, TypeError, EOFError, MemoryError, UnicodeError)
"""What PyAV was seen to raise for bytes that are no sound (`IndexError`: no such stream)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodeLimits:
    """What a recording may cost; `work_s` is time in the decoder, waiting excluded.

    Speech was never recorded below `min_rate_hz`, and at 1 Hz a few bytes are hours of sound.
    """

    max_s: float = 86_400.0
    max_channels: int = 64
    min_rate_hz: int = 1_000
    max_rate_hz: int = 768_000
    max_bad_packets: int = 1_000
    work_s: float = 3_600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class DecodedInfo:
    """What is known of a recording once all of it is decoded."""

    duration_ms: int
    time_tags: dict[str, str] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


class DecodingState:
    """Iterates over the sound of *file* in blocks; `info` is complete when the blocks end.

    Reads from the file's position on; *file* must be seekable and is not closed. Raises
    `AudioUndecodable` where there is no sound at all and `AudioTooLong` at the limit. Sound
    before damage is kept, with the warning `damaged`.
    """

    def __init__(self, file: BinaryIO, limits: DecodeLimits) -> None:
        self._file = file
        self._limits = limits
        self._samples = 0
        self._bad_packets = 0
        self._not_finite = 0
        self._gaps = GapsState()
        self._claimed_s: float | None = None
        self._cut_off = False
        self._time_tags: dict[str, str] = {}
        self._work_s = 0.0

    @property
    def info(self) -> DecodedInfo:
        """What is known so far."""
        decoded_s = self._samples / SAMPLE_RATE_HZ
        damaged = bool(self._bad_packets or self._not_finite or self._gaps.found)
        truncated = self._cut_off or is_truncated(decoded_s, self._claimed_s)
        return DecodedInfo(
            duration_ms=round(decoded_s * 1000),
            time_tags=self._time_tags,
            warnings=(DAMAGED,) * damaged + (TRUNCATED,) * truncated,
        )

    @property
    def claimed_ms(self) -> int | None:
        """How long the container says that the recording is, once the first block came.

        None where it does not say, or says what cannot be.
        """
        claimed_s = self._claimed_s
        if claimed_s is None or not 0 <= claimed_s <= self._limits.max_s:
            return None
        return round(claimed_s * 1000)

    def __iter__(self) -> Iterator[Samples]:
        silence_logs()
        held: list[Samples] = []
        length = 0
        for piece in self._timed(self._pieces()):
            held.append(piece)
            length += len(piece)
            if length >= BLOCK_SAMPLES:
                yield from _blocks(held)
                held, length = [], 0
        if not self._samples or self._not_finite == self._samples:
            raise AudioUndecodable("the recording holds no sound that can be decoded")
        if held:
            yield from _blocks(held)

    def _timed(self, pieces: Iterator[Samples]) -> Iterator[Samples]:
        """Count processor time alone: behind a slow engine, or frozen, it waits for free."""
        while True:
            began = time.process_time()
            piece = next(pieces, None)
            self._work_s += time.process_time() - began
            if piece is None:
                return
            if self._work_s > self._limits.work_s:
                raise AudioUndecodable(f"decoding took more than {self._limits.work_s:.0f} s")
            yield piece

    def _pieces(self) -> Iterator[Samples]:
        try:
            container = av.open(
                SeekingFile(self._file),
                mode="r",
                options={"format_whitelist": FORMATS},
                metadata_errors="replace",
                io_open=_refuse_other_files,
            )
        except _DAMAGE as error:
            raise AudioUndecodable(f"not a recording: {_short(error)}") from error
        with container:
            yield from self._decoded(container)

    def _decoded(self, container: Any) -> Iterator[Samples]:
        stream = _audio_stream(container, self._limits)
        self._claimed_s = claimed_s(container, stream)
        self._cut_off = is_cut_off(self._file, container.format.name)
        self._gaps.begin(container.format.name)
        self._time_tags = _time_tags(container, stream)
        resampler = _ResamplerState()
        try:
            for packet in container.demux(stream):
                for frame in self._frames(packet):
                    yield from map(self._counted, resampler.push(frame))
            yield from map(self._counted, resampler.finish())
        except _DAMAGE as error:
            if not self._samples:
                raise AudioUndecodable(f"not a recording: {_short(error)}") from error
            self._bad_packets += 1

    def _frames(self, packet: Any) -> list[Any]:
        """Decode one packet; a bad one is left out, as FFmpeg's own program does."""
        try:
            frames = list(packet.decode())
        except _DAMAGE:
            self._bad_packets += 1
            if self._bad_packets > self._limits.max_bad_packets:
                raise
            return []
        for frame in frames:
            _check(frame.sample_rate, len(frame.layout.channels), self._limits)
            self._gaps.push(frame)
        return [frame for frame in frames if frame.samples]

    def _counted(self, piece: Samples) -> Samples:
        self._samples += len(piece)
        if self._samples > self._limits.max_s * SAMPLE_RATE_HZ:
            raise AudioTooLong(
                f"the recording is longer than {self._limits.max_s:.0f} s; "
                "DAYBOOK_AUDIO_MAX_S sets the limit"
            )
        finite = np.isfinite(piece)
        if not finite.all():
            self._not_finite += len(piece) - int(finite.sum())
            piece = np.where(finite, piece, np.float32(0))
        return np.clip(piece, -1.0, 1.0)


class _ResamplerState:
    """Turns frames into our samples; starts anew where the stream changes its rate."""

    def __init__(self) -> None:
        self._rate_hz = 0
        self._resampler: Any = None

    def push(self, frame: Any) -> Iterator[Samples]:
        if frame.sample_rate != self._rate_hz:
            yield from self.finish()
            self._rate_hz = frame.sample_rate
            self._resampler = av.AudioResampler(format="flt", layout="mono", rate=SAMPLE_RATE_HZ)
        # Without a time stamp: gaps in the clock of a damaged file are not filled up.
        mono = av.AudioFrame.from_ndarray(_mono(frame)[None], format="flt", layout="mono")
        mono.sample_rate = frame.sample_rate
        yield from self._samples(mono)

    def finish(self) -> Iterator[Samples]:
        if self._resampler is not None:
            yield from self._samples(None)
        self._resampler = None

    def _samples(self, frame: Any) -> Iterator[Samples]:
        for resampled in self._resampler.resample(frame):
            yield resampled.to_ndarray().reshape(-1)


def _blocks(held: list[Samples]) -> Iterator[Samples]:
    sound = np.concatenate(held)
    for at in range(0, len(sound), BLOCK_SAMPLES_MAX):
        yield sound[at : at + BLOCK_SAMPLES_MAX]


def _mono(frame: Any) -> Samples:
    """Mix a frame's channels in equal parts.

    Not left to FFmpeg's resampler: it ends the process for some channel layouts without a name,
    and overdrives floats.
    """
    channels, kind = len(frame.layout.channels), frame.format.name.removesuffix("p")
    if kind not in _SAMPLE_TYPES:
        raise ValueError(f"samples of an unknown kind, {kind!r}")
    dtype = np.dtype(_SAMPLE_TYPES[kind])
    # Not `frame.planes`: from 8 planes on, PyAV takes what lies behind them for more of them.
    planes, width = (channels, 1) if frame.format.is_planar else (1, channels)
    mixed = np.zeros(frame.samples)
    with np.errstate(all="ignore"):  # what is no number, or too large for one, is dealt with later
        for index in range(planes):
            plane: Any = AudioPlane(frame, index)
            values = np.frombuffer(plane, dtype, count=frame.samples * width)
            mixed += values.reshape(-1, width).sum(axis=1, dtype=np.float64)
        mixed /= channels
        if kind == "u8":
            mixed -= 128
        scale = 1.0 if dtype.kind == "f" else 2.0 ** (dtype.itemsize * 8 - 1)
        return (mixed / scale).astype(np.float32)


def silence_logs() -> None:
    """Keep FFmpeg from writing about hostile files to our error stream."""
    av.logging.set_level(None)


def import_all() -> None:
    """Import what PyAV would import when it needs it: a confined process cannot."""
    for module in pkgutil.walk_packages(av.__path__, "av."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


def _audio_stream(container: Any, limits: DecodeLimits) -> Any:
    if not container.streams.audio:
        raise AudioUndecodable("the file holds no audio stream")
    stream = container.streams.best("audio") or container.streams.audio[0]
    if stream.codec_context is None:
        raise AudioUndecodable("the audio stream has no known codec")
    _check(stream.codec_context.sample_rate, stream.codec_context.channels, limits)
    stream.codec_context.thread_count = 1
    return stream


def _check(rate_hz: int | None, channels: int, limits: DecodeLimits) -> None:
    if channels > limits.max_channels:
        raise AudioUndecodable(f"{channels} channels are more than {limits.max_channels}")
    if rate_hz and rate_hz < limits.min_rate_hz:
        raise AudioUndecodable(f"a rate of {rate_hz} Hz is less than {limits.min_rate_hz} Hz")
    if (rate_hz or 0) > limits.max_rate_hz:
        raise AudioUndecodable(f"a rate of {rate_hz} Hz is more than {limits.max_rate_hz} Hz")


def _time_tags(container: Any, stream: Any) -> dict[str, str]:
    tags = {**stream.metadata, **container.metadata}
    tags = {str(key).lower(): str(value) for key, value in tags.items()}
    return {tag: tags[tag] for tag in TIME_TAGS if 0 < len(tags.get(tag, "")) <= TIME_TAG_CHARS}


def _refuse_other_files(url: str, flags: int, options: dict[str, str]) -> BinaryIO:
    """Stand where a container asks for another file: there is none."""
    del flags, options
    raise AudioUndecodable(f"the file refers to another one: {url[:200]!r}")


def _short(error: BaseException) -> str:
    """Return FFmpeg's words for *error*, without numbers and paths."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__)[:200]
