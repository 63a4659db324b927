"""Decoders that their file has taken over: a test speaks in the place of a real process."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass

import numpy as np
import pytest

from agents.errors import AudioUndecodable, ChildDied
from agents.transcriber.decoding import job as job_module
from agents.transcriber.decoding import messages
from agents.transcriber.decoding.decoder import BLOCK_SAMPLES, DecodeLimits
from agents.transcriber.decoding.job import DecodingJob
from agents.transcriber.decoding.messages import Frame
from tests.support.decoders import WatchedDecoders

LIMITS = DecodeLimits(max_s=60, work_s=1)
BLOCK = messages.sound(np.zeros(BLOCK_SAMPLES, np.float32))


@dataclass
class TakenOver:
    """A real decoder at work on a file that it never reads, and the socket in its place."""

    decoders: WatchedDecoders
    job: DecodingJob
    says: socket.socket


@pytest.fixture(scope="module")
def decoders() -> Iterator[WatchedDecoders]:
    with WatchedDecoders(LIMITS) as decoders:
        yield decoders


@pytest.fixture
def taken_over(decoders: WatchedDecoders) -> Iterator[TakenOver]:
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as file:
        job = decoders.start(file)
    says, connection = socket.socketpair()
    job._connection.close()
    job._connection = connection
    with says:
        yield TakenOver(decoders, job, says)
    job.close()
    os.close(writing)


def say(taken_over: TakenOver, *frames: Frame) -> None:
    taken_over.says.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4 << 20)
    for frame in frames:
        messages.send(taken_over.says, frame)


@pytest.mark.parametrize(
    "frames",
    [
        [messages.claim(-1)],
        [messages.claim(None), messages.sound(np.zeros(0, np.float32))],
        [messages.claim(None), BLOCK, messages.claim(None)],
    ],
    ids=["negative claim", "empty block", "second claim"],
)
def test_nonsense_ends_the_process_and_counts(taken_over: TakenOver, frames: list[Frame]) -> None:
    say(taken_over, *frames)
    for _ in frames[:-1]:
        taken_over.job.next_frame()

    with pytest.raises(ChildDied, match="nonsense") as caught:
        taken_over.job.next_frame()

    assert caught.value.counts
    assert [ended.killed for ended in taken_over.decoders.endings()] == [True]


def test_what_trickles_for_ever_comes_to_an_end(
    taken_over: TakenOver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each block comes in time, and yet all of them together do not."""
    monkeypatch.setattr(job_module, "STALL_S", 5.0)
    taken_over.job._patience_s = 0.5
    over = threading.Event()

    def trickle() -> None:
        with suppress(BrokenPipeError, ConnectionResetError):
            messages.send(taken_over.says, messages.claim(None))
            while not over.wait(0.1):
                messages.send(taken_over.says, BLOCK)

    thread = threading.Thread(target=trickle)
    thread.start()
    try:
        frames = (taken_over.job.next_frame() for _ in range(12))  # as many as the limit allows
        with pytest.raises(AudioUndecodable, match="time"):
            list(frames)
    finally:
        over.set()
        taken_over.job.close()
        thread.join()


def test_time_in_which_nobody_asks_does_not_count(taken_over: TakenOver) -> None:
    taken_over.job._patience_s = 0.5
    say(taken_over, messages.claim(None), BLOCK)

    taken_over.job.next_frame()
    assert not threading.Event().wait(0.6)  # a slow engine

    assert len(taken_over.job.next_frame().samples) == BLOCK_SAMPLES
