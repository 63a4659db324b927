"""What a decoder says over its socket, and what one says that its file took over."""

import socket
import struct
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from agents.errors import AudioUndecodable
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import BLOCK_SAMPLES_MAX, DecodedInfo
from agents.transcriber.decoding.messages import Kind, Nonsense
from tests.support.waiting import PATIENCE_S


@dataclass
class Ends:
    decoder: socket.socket
    worker: socket.socket


@pytest.fixture
def ends() -> Iterator[Ends]:
    decoder, worker = socket.socketpair()
    with decoder, worker:
        yield Ends(decoder, worker)


def test_what_is_said_is_heard(ends: Ends) -> None:
    info = DecodedInfo(duration_ms=7, time_tags={"date": "2026"}, warnings=("damaged",))
    messages.send(ends.decoder, messages.claim(None))
    messages.send(ends.decoder, messages.claim(1_500))
    messages.send(ends.decoder, messages.info(info))
    messages.send(ends.decoder, messages.refusal("audio-undecodable", "no sound " * 9_999))
    heard = [messages.receive(ends.worker, within_s=PATIENCE_S) for _ in range(4)]

    assert all(heard)
    none, claimed, known, refused = (frame for frame in heard if frame)
    assert (none.claimed_ms, claimed.claimed_ms, known.info) == (None, 1_500, info)
    assert isinstance(refused.error, AudioUndecodable)
    assert len(str(refused.error)) == 1_000


def test_a_refusal_in_letters_that_cannot_be_sent_is_heard(ends: Ends) -> None:
    messages.send(ends.decoder, messages.refusal("audio-undecodable", "half a letter: \ud800"))

    refused = messages.receive(ends.worker, within_s=PATIENCE_S)

    assert refused is not None
    assert str(refused.error) == "half a letter: ?"


def test_a_frame_that_comes_byte_by_byte_has_no_more_time_than_another(ends: Ends) -> None:
    over = threading.Event()

    def trickle() -> None:
        ends.decoder.sendall(struct.pack("=cI", b"S", 400))
        while not over.wait(0.05):
            ends.decoder.sendall(b"x")

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        with pytest.raises(TimeoutError):
            messages.receive(ends.worker, within_s=0.5)
    finally:
        over.set()
        thread.join()


def test_the_largest_block_of_sound_is_heard(ends: Ends) -> None:
    ends.decoder.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    messages.send(ends.decoder, messages.sound(np.ones(BLOCK_SAMPLES_MAX, np.float32)))

    frame = messages.receive(ends.worker, within_s=PATIENCE_S)

    assert frame is not None
    assert len(frame.samples) == BLOCK_SAMPLES_MAX


def test_silence_after_half_a_frame_is_the_end(ends: Ends) -> None:
    ends.decoder.sendall(struct.pack("=cI", b"S", 400) + b"half")
    ends.decoder.close()

    assert messages.receive(ends.worker, within_s=PATIENCE_S) is None


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (b"S", b"odd"),
        (b"S", np.array([0, np.nan], np.float32).tobytes()),
        (b"S", np.array([0, 1.5], np.float32).tobytes()),
        (b"C", b"no JSON"),
        (b"C", b"\xff"),
        (b"C", b"1.5"),
        (b"C", b"true"),
        (b"C", b"[" * 100_000),
        (b"I", b"null"),
        (b"I", b"{}"),
        (b"I", b'{"duration_ms": "7", "time_tags": {}, "warnings": []}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {"date": 7}, "warnings": []}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {}, "warnings": [7]}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {}, "warnings": ["low_quality"]}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {}, "warnings": ["damaged", "damaged"]}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {"artist": "2026"}, "warnings": []}'),
        (b"I", b'{"duration_ms": 7, "time_tags": {"date": "%s"}, "warnings": []}' % (b"2" * 101)),
        (b"I", b'{"duration_ms": 7, "time_tags": {"date": "\\ud800"}, "warnings": []}'),
        (b"R", b'{"reason": "audio-undecodable", "message": "%s"}' % (b"x" * 1_001)),
        (b"R", b'{"reason": "stop-the-worker", "message": "now"}'),
        (b"R", b'{"reason": "audio-undecodable", "message": null}'),
        (b"X", b""),
    ],
)
def test_nonsense_is_not_believed(ends: Ends, kind: bytes, content: bytes) -> None:
    ends.decoder.sendall(struct.pack("=cI", kind, len(content)) + content)

    with pytest.raises(Nonsense):
        messages.receive(ends.worker, within_s=PATIENCE_S)


@pytest.mark.parametrize("kind", list(Kind))
def test_no_memory_is_made_ready_for_a_frame_that_cannot_be(ends: Ends, kind: Kind) -> None:
    ends.decoder.sendall(struct.pack("=cI", kind.value, 0xFFFF_FFFF))

    with pytest.raises(Nonsense, match="4294967295 bytes"):
        messages.receive(ends.worker, within_s=PATIENCE_S)
