"""A diarizer that has its turns from the test."""

import threading
from collections.abc import Sequence

from agents.transcriber.diarizer import Turn
from agents.transcriber.engine import Chunk
from tests.support.waiting import PATIENCE_S


def a_turn(start_ms: int, end_ms: int, speaker: str = "a") -> Turn:
    return Turn(start_ms=start_ms, end_ms=end_ms, speaker=speaker, confidence=1.0)


class FakeDiarizer:
    """Keeps where its chunks began; *errors* says which method raises what.

    While `go` is not set, it keeps at the method that is `slow`.
    """

    name = "fake-diarizer"

    def __init__(self, turns: Sequence[Turn] = (), **errors: Exception) -> None:
        self.turns = tuple(turns)
        self.pushed_ms: list[int] = []
        self.finished = 0
        self.go = threading.Event()
        self.go.set()
        self.slow = "push"
        self._errors = errors

    def begin(self) -> "FakeDiarizationState":
        self.pass_by("begin")
        return FakeDiarizationState(self)

    def pass_by(self, method: str) -> None:
        if method == self.slow:
            assert self.go.wait(PATIENCE_S)
        if method in self._errors:
            raise self._errors[method]


class FakeDiarizationState:
    def __init__(self, diarizer: FakeDiarizer) -> None:
        self._diarizer = diarizer

    def push(self, chunk: Chunk) -> None:
        self._diarizer.pushed_ms.append(chunk.start_ms)
        self._diarizer.pass_by("push")

    def finish(self, *, speakers: int | None) -> tuple[Turn, ...]:
        assert speakers is None
        self._diarizer.finished += 1
        self._diarizer.pass_by("finish")
        return self._diarizer.turns
