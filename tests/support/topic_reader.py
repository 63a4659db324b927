"""A topic's reader over what a test lays down."""

import time
from collections.abc import Iterable, Iterator
from typing import Any, Self

from agents.delivery.record import Record
from agents.errors import DependencyUnavailable


class FakeTopicReader:
    """Reads `log` from its beginning, again for each reader that is made; *lost* ends a reading.

    A reader has caught up once it has given as many records as the log had when it was made.
    """

    log: list[Record]
    away: bool
    added: int
    looks: int
    made: int

    @classmethod
    def reset(cls) -> None:
        cls.log, cls.away, cls.added, cls.looks, cls.made = [], False, 0, 0, 0

    def __init__(self, settings: Any, topics: Iterable[str]) -> None:
        del settings
        self.topics = list(topics)
        type(self).made += 1
        self._at, self._end = 0, len(self.log)
        if self.away:
            raise DependencyUnavailable("kafka", "no broker answers")

    def read_to_end(self) -> Iterator[Record]:
        yield from self.log

    def begin(self) -> None:
        self._at = 0

    def poll(self) -> list[Record]:
        """Give one record at a time, as a topic of many batches does."""
        records = self.log[self._at : self._at + 1]
        self._at += len(records)
        if not records:
            time.sleep(0.001)
        return records

    @property
    def caught_up(self) -> bool:
        return self._at >= self._end

    def take_added(self) -> bool:
        type(self).looks += 1
        if self.away:
            raise DependencyUnavailable("kafka", "no broker answers")
        return bool(self.added)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None: ...
