"""Everything that became of recordings, as a reader of committed records sees it."""

import time
from collections import Counter
from collections.abc import Callable, Collection
from typing import Any

from benchmarks.chaos import wire
from benchmarks.chaos.reader import Reader, Seen

TRANSCRIPTS, STATUS = "transcripts.ready", "pipeline.status"
LETTERS = "dlq.daybook.transcriber.audio.received"
READ_S = 60.0
"""Longest reading of everything up to the end, in seconds."""


class Outcomes:
    """The transcripts, dead letters and statuses on a cluster, from the first one on."""

    def __init__(self, bootstrap: str) -> None:
        self._bootstrap = bootstrap
        self._reader = self._open()

    @property
    def transcripts(self) -> list[Seen]:
        """The transcripts seen so far."""
        return [one for one in self._reader.seen if one.topic == TRANSCRIPTS]

    @property
    def letters(self) -> list[Seen]:
        """The dead letters seen so far."""
        return [one for one in self._reader.seen if one.topic == LETTERS]

    @property
    def keys(self) -> Counter[str]:
        """How often each recording, by its key, came out either way."""
        return Counter(one.key for one in (*self.transcripts, *self.letters))

    @property
    def reasons(self) -> dict[str, str]:
        """The reason of each recording's dead letter."""
        return {one.key: one.headers["daybook.error.reason"] for one in self.letters}

    @property
    def transcript_ids(self) -> dict[str, tuple[str, str]]:
        """The ids of each recording's newest transcript: of its event, and of itself."""
        return {
            one.key: (one.headers["ce_id"], str(_fields(one)["transcript_id"]))
            for one in self.transcripts
        }

    def times_begun(self, recording_id: str) -> int:
        """Return how often a worker said that it had begun with a recording."""
        told = [_fields(one) for one in self._reader.seen if one.topic == STATUS]
        begun = (recording_id, "RUNNING")
        return sum((one["recording_id"], one["state"]) == begun for one in told)

    def await_that(self, what: str, holds: Callable[[], object], *, within_s: float) -> None:
        """Read on until *holds*."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}; {self.keys}"
            self._reader.take(0.1)

    def await_keys(self, keys: Collection[str], *, within_s: float) -> None:
        """Read on until each of *keys* came out, either way."""
        self.await_that("all outcomes", lambda: set(keys) <= set(self.keys), within_s=within_s)

    def read_to_end(self) -> None:
        """Read everything that is there by now, once more from the first record on."""
        self._reader.close()
        self._reader = self._open()
        assert self._reader.catch_up(limit_s=READ_S)

    def close(self) -> None:
        """Let go of the brokers."""
        self._reader.close()

    def _open(self) -> Reader:
        return Reader(self._bootstrap, [TRANSCRIPTS, LETTERS, STATUS], committed=True)


def _fields(record: Seen) -> dict[str, Any]:
    event = wire.decode(record.topic, record.value)
    assert event is not None
    return event
