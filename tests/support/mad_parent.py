"""A parent of decoders that takes a job and then talks nonsense; run as `python -m`."""

import socket
import sys

from agents.transcriber.decoding.control import NOTE_BYTES, hear, tell

with socket.socket(fileno=int(sys.argv[1])) as control:
    tell(control, {"confined": True})
    note = hear(control)
    assert note is not None
    tell(control, {"begun": note.said["job"]})
    control.sendall(b"{" * NOTE_BYTES)
    hear(control)
