"""What a decoder's process says to its worker, over a socket: frames of a kind, a length, bytes."""

import json
import socket
import struct
from dataclasses import asdict, dataclass
from enum import Enum
from typing import Any

import numpy as np

from agents.errors import AudioTooLong, AudioUndecodable, EngineFailed, PipelineError
from agents.transcriber.decoding.decoder import DecodedInfo
from agents.transcriber.samples import Samples

_HEAD = struct.Struct("=cI")
_ERRORS: dict[str, type[PipelineError]] = {
    error.reason: error for error in (AudioTooLong, AudioUndecodable, EngineFailed)
}


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


@dataclass(frozen=True, slots=True)
class Frame:
    """One thing said."""

    kind: Kind
    content: bytes

    @property
    def samples(self) -> Samples:
        """The block of a SOUND frame."""
        return np.frombuffer(self.content, np.float32)

    @property
    def claimed_ms(self) -> int | None:
        """The length in a CLAIM frame."""
        claimed: int | None = json.loads(self.content)
        return claimed

    @property
    def info(self) -> DecodedInfo:
        """What an INFO frame says."""
        said: dict[str, Any] = json.loads(self.content)
        return DecodedInfo(**{**said, "warnings": tuple(said["warnings"])})

    @property
    def error(self) -> PipelineError:
        """The error that a REFUSAL frame tells of."""
        said = json.loads(self.content)
        return _ERRORS[said["reason"]](said["message"])


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
    return Frame(Kind.REFUSAL, json.dumps({"reason": reason, "message": message}).encode())


def send(connection: socket.socket, frame: Frame) -> None:
    """Say *frame*; waits while the other side has not read what was said before."""
    connection.sendall(_HEAD.pack(frame.kind.value, len(frame.content)) + frame.content)


def receive(connection: socket.socket) -> Frame | None:
    """Return the next frame, or None where the other side ended without finishing one.

    Raises:
        TimeoutError: nothing came for the timeout of *connection*.

    """
    head = _exactly(connection, _HEAD.size)
    if head is None:
        return None
    kind, size = _HEAD.unpack(head)
    content = _exactly(connection, size)
    return None if content is None else Frame(Kind(kind), content)


def _exactly(connection: socket.socket, size: int) -> bytes | None:
    content = bytearray(size)
    view = memoryview(content)
    while view:
        count = connection.recv_into(view)
        if not count:
            return None
        view = view[count:]
    return bytes(content)
