"""Decoders that tell how their processes ended, and what these cost; and a look at processes."""

import time
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path
from typing import BinaryIO

from agents.process_state import stat_fields
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.decoding.job import DecodingJob
from agents.transcriber.decoding.parent_process import Ended
from agents.transcriber.samples import Samples

_PATIENCE_S = 30.0


class WatchedDecoders(Decoders):
    """Real decoders; `endings` waits for those that were started since it was last asked."""

    def __init__(self, limits: DecodeLimits) -> None:
        super().__init__(limits)
        self._endings: list[Future[Ended]] = []

    def start(self, file: BinaryIO) -> DecodingJob:
        job = super().start(file)
        self._endings.append(job.ended)
        return job

    def endings(self) -> list[Ended]:
        begun, self._endings = self._endings, []
        return [ending.result(_PATIENCE_S) for ending in begun]


def parent_of(decoders: Decoders) -> int:
    assert decoders._parent is not None
    return decoders._parent._process.pid


def children(parent: int) -> list[int]:
    listed = Path(f"/proc/{parent}/task/{parent}/children").read_text().split()
    return [int(child) for child in listed]


def begun(decoders: Decoders, file: BinaryIO) -> tuple[Iterator[Samples], int]:
    """Begin to decode; return the sound to come after the first block, and the process."""
    before = set(children(parent_of(decoders)))
    blocks = iter(decoders.begin(file))
    next(blocks)
    [process] = set(children(parent_of(decoders))) - before
    return blocks, process


def is_gone(process: int) -> bool:
    """Whether *process* has ended, even if nobody has asked how."""
    fields = stat_fields(process)
    return fields is None or fields[0] in {"Z", "X"}


def wait_until_gone(process: int) -> None:
    deadline = time.monotonic() + _PATIENCE_S
    while not is_gone(process):
        assert time.monotonic() < deadline, "the process goes on"
        time.sleep(0.001)
