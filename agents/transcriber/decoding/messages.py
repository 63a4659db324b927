"""What a decoder's process says to its worker, over a socket: frames of a kind, a length, bytes."""

import json
import socket
import struct
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from enum import Enum
from operator import attrgetter

import numpy as np

from agents.errors import AudioTooLong, AudioUndecodable, EngineFailed, PipelineError
from agents.transcriber.decoding.decoder import (
    BLOCK_SAMPLES_MAX,
    TIME_TAG_CHARS,
    TIME_TAGS,
    WARNINGS,
    DecodedInfo,
)
from agents.transcriber.samples import Samples

CONTENT_BYTES_MAX = BLOCK_SAMPLES_MAX * np.dtype(np.float32).itemsize
"""Most bytes of a frame: a block of sound. All else that is said is far shorter."""

_MESSAGE_CHARS_MAX = 1_000

_LEAST_WAIT_S = 0.001
"""Time for what is there already, in seconds: it is taken even past the deadline."""

_HEAD = struct.Struct("=cI")
_ERRORS: dict[str, type[PipelineError]] = {
    error.reason: error for error in (AudioTooLong, AudioUndecodable, EngineFailed)
}


class Nonsense(ValueError):
    """What was said is nothing that a decoder says: its file has taken it over."""


class Kind(Enum):
    """What a frame holds."""

    CLAIM = b"C"
    """How long the container says that the recording is; before any sound."""
    SOUND = b"S"
    """A block of samples."""
    INFO = b"I"
    """What is known of the whole recording: the last frame of one that could be decoded."""
    REFUSAL = b"R"
    """Why it cannot be: the last frame of one that could not."""


_KINDS = {kind.value for kind in Kind}


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing said."""

    kind: Kind
    content: bytes

    @property
    def samples(self) -> Samples:
        """The block of a SOUND frame."""
        samples = np.frombuffer(self.content, np.float32)
        if not (np.abs(samples) <= 1.0).all():  # nor what is no number
            raise ValueError("samples beyond -1 and 1")
        return samples

    @property
    def claimed_ms(self) -> int | None:
        """The length in a CLAIM frame."""
        claimed = json.loads(self.content)
        return None if claimed is None else _whole(claimed)

    @property
    def info(self) -> DecodedInfo:
        """What an INFO frame says."""
        said = json.loads(self.content)
        return DecodedInfo(
            duration_ms=_whole(said["duration_ms"]),
            time_tags={
                _one_of(TIME_TAGS, tag): _text(value, TIME_TAG_CHARS)
                for tag, value in said["time_tags"].items()
            },
            warnings=_some_of(WARNINGS, said["warnings"]),
        )

    @property
    def error(self) -> PipelineError:
        """The error that a REFUSAL frame tells of."""
        said = json.loads(self.content)
        return _ERRORS[said["reason"]](_text(said["message"], _MESSAGE_CHARS_MAX))

    def check(self) -> None:
        """Read what is said.

        Raises:
            Nonsense: no decoder says this.

        """
        try:
            _READERS[self.kind](self)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise Nonsense(f"a frame of {self.kind.name} that cannot be read") from error


_READERS: dict[Kind, Callable[[Frame], object]] = {
    Kind.CLAIM: attrgetter("claimed_ms"),
    Kind.SOUND: attrgetter("samples"),
    Kind.INFO: attrgetter("info"),
    Kind.REFUSAL: attrgetter("error"),
}


def claim(claimed_ms: int | None) -> Frame:
    """Return a CLAIM frame."""
    return Frame(Kind.CLAIM, json.dumps(claimed_ms).encode())


def sound(samples: Samples) -> Frame:
    """Return a SOUND frame."""
    return Frame(Kind.SOUND, samples.tobytes())


def info(known: DecodedInfo) -> Frame:
    """Return an INFO frame."""
    return Frame(Kind.INFO, json.dumps(asdict(known)).encode())


def refusal(reason: str, message: str) -> Frame:
    """Return a REFUSAL frame; *reason* is that of an error of this module's list."""
    sendable = message.encode(errors="replace").decode()
    said = {"reason": reason, "message": sendable[:_MESSAGE_CHARS_MAX]}
    return Frame(Kind.REFUSAL, json.dumps(said).encode())


def send(connection: socket.socket, frame: Frame) -> None:
    """Say *frame*; waits while the other side has not read what was said before."""
    connection.sendall(_HEAD.pack(frame.kind.value, len(frame.content)) + frame.content)


def receive(connection: socket.socket, *, within_s: float) -> Frame | None:
    """Return the next frame, or None where the other side ended without finishing one.

    What the other side says is not believed: its file may have taken it over.

    Raises:
        TimeoutError: no whole frame came *within_s*.
        Nonsense: what came is no frame of a decoder.

    """
    deadline = time.monotonic() + within_s
    head = _exactly(connection, _HEAD.size, deadline)
    if head is None:
        return None
    kind, size = _HEAD.unpack(head)
    if kind not in _KINDS or size > CONTENT_BYTES_MAX:
        raise Nonsense(f"a frame of kind {kind!r} and {size} bytes")
    content = _exactly(connection, size, deadline)
    if content is None:
        return None
    frame = Frame(Kind(kind), content)
    frame.check()
    return frame


def _whole(said: object) -> int:
    if type(said) is not int:
        raise TypeError(f"not a whole number: {type(said)}")
    return said


def _text(said: object, chars_max: int) -> str:
    if type(said) is not str:
        raise TypeError(f"not a text: {type(said)}")
    if len(said) > chars_max:
        raise ValueError(f"a text of {len(said)} characters")
    said.encode()  # halves of a character could not be kept or sent on
    return said


def _one_of(known: Sequence[str], said: object) -> str:
    if said not in known:
        raise ValueError("none of the words that a decoder knows")
    return str(said)


def _some_of(known: Sequence[str], said: Sequence[object]) -> tuple[str, ...]:
    """Return what is *said*, each word at most once."""
    words = tuple(_one_of(known, word) for word in said)
    if len(set(words)) < len(words):
        raise ValueError("a word twice")
    return words


def _exactly(connection: socket.socket, size: int, deadline: float) -> bytes | None:
    content = bytearray(size)
    view = memoryview(content)
    while view:
        connection.settimeout(max(_LEAST_WAIT_S, deadline - time.monotonic()))
        count = connection.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return bytes(content)
