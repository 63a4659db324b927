"""Decoders that tell how their processes ended, and what these cost."""

from concurrent.futures import Future
from typing import BinaryIO

from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders, _Job
from agents.transcriber.decoding.parent_process import Ended

_PATIENCE_S = 30.0


class WatchedDecoders(Decoders):
    """Real decoders; `endings` waits for those that were started since it was last asked."""

    def __init__(self, limits: DecodeLimits) -> None:
        super().__init__(limits)
        self._endings: list[Future[Ended]] = []

    def start(self, file: BinaryIO) -> _Job:
        job = super().start(file)
        self._endings.append(job.ended)
        return job

    def endings(self) -> list[Ended]:
        begun, self._endings = self._endings, []
        return [ending.result(_PATIENCE_S) for ending in begun]
