"""How a worker and the parent of its decoders talk: notes of one size, over a stream socket."""

import json
import socket
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

NOTE_BYTES = 512
"""Size of each note, filled up with spaces, so that a stream keeps them apart (there are no
sequenced packets on macOS)."""

_MOST_DESCRIPTORS = 2


@dataclass(frozen=True, slots=True)
class Note:
    """What is said, and the descriptors that come with it."""

    said: Mapping[str, Any]
    descriptors: list[int] = field(default_factory=list)


def tell(control: socket.socket, said: Mapping[str, Any], descriptors: Sequence[int] = ()) -> None:
    """Send one note.

    Raises:
        OSError: the other side is gone.

    """
    note = json.dumps(said).encode().ljust(NOTE_BYTES)
    sent = socket.send_fds(control, [note], descriptors) if descriptors else 0
    control.sendall(note[sent:])


def hear(control: socket.socket) -> Note | None:
    """Wait for the next note; None once the other side is gone."""
    try:
        content, descriptors, _, _ = socket.recv_fds(control, NOTE_BYTES, _MOST_DESCRIPTORS)
        while content and len(content) < NOTE_BYTES:
            rest = control.recv(NOTE_BYTES - len(content))
            content = content + rest if rest else b""
    except ConnectionResetError:
        return None
    return Note(json.loads(content), descriptors) if content else None
