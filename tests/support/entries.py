"""What diarists published of many recordings, and whether that is what had to come of each."""

import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from types import TracebackType
from typing import Any, Self

from tests.support.diarist_run import ENTRIES, UPGRADES, DiaristRun
from tests.support.foreign import event_of

Entry = dict[str, Any]


class Entries:
    """Everything that is committed after this was made, by recording."""

    def __init__(self, run: DiaristRun) -> None:
        self._run = run
        self._reader = run.entries()
        self._read = 0
        self.by_recording: dict[str, list[Entry]] = defaultdict(list)
        self.requests: Counter[str] = Counter()
        """How often each recording's entry was asked to be written again."""
        self.dead: list[str] = []

    def take(self) -> None:
        """Read what has come by now."""
        self._reader.take()
        for message in self._reader.seen[self._read :]:
            if message.topic() == ENTRIES:
                entry = event_of(message)
                self.by_recording[entry["recording_id"]].append(entry)
            elif message.topic() == UPGRADES:
                self.requests[message.key().decode()] += 1
            else:
                self.dead.append(message.key().decode())
        self._read = len(self._reader.seen)

    def await_that(self, what: str, holds: Callable[[], object], *, within_s: float) -> None:
        """Read on until *holds*."""
        deadline = time.monotonic() + within_s
        while not holds():
            assert time.monotonic() < deadline, f"not within {within_s:g} s: {what}"
            self.take()

    def await_rest(self, *, within_s: float = 60.0) -> None:
        """Wait until nothing is left to do, and read all that came of it."""
        self.await_that("no lag", lambda: not self._run.lag(UPGRADES), within_s=within_s)
        self.await_that("no lag", lambda: not self._run.lag("transcripts.ready"), within_s=within_s)
        for _ in range(3):
            self.take()

    def await_those(
        self,
        recordings: Iterable[str],
        fares: Callable[[str], bool],
        told: Callable[[str], str],
        within_s: float,
    ) -> None:
        """Read on until each of *recordings* *fares* as it is to; *told* describes one."""
        deadline, left = time.monotonic() + within_s, set(recordings)
        while left := {one for one in left if not fares(one)}:
            assert time.monotonic() < deadline, (
                f"not within {within_s:g} s, {self._run.lag('transcripts.ready')} unfinished: "
                f"{sorted(map(told, left))}"
            )
            self.take()

    def has_final(self, recording_id: str) -> bool:
        """Tell whether there is an entry by a model."""
        return any(not _fallback(one) for one in self.by_recording.get(recording_id, ()))

    def fates(self) -> dict[str, tuple[tuple[int, ...], int]]:
        """Return the revisions of each recording's entries in order, and its upgrade requests."""
        return {
            recording: (tuple(one["revision"] for one in entries), self.requests[recording])
            for recording, entries in self.by_recording.items()
            if entries
        }

    def calls(self, recording_id: str) -> Counter[str]:
        """Count how the calls ended that all entries of a recording tell of."""
        return Counter(
            call["outcome"]
            for entry in self.by_recording[recording_id]
            for call in entry["generator"]["calls"]
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._reader.__exit__(kind, error, trace)


def _fallback(entry: Entry) -> bool:
    return bool(entry["generator"]["fallback"])
