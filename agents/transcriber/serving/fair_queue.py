"""Whose turn it is at the engine: a row of every recording in turn, whatever waits behind it."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from agents.transcriber.engine import Chunk, ChunkText


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Row:
    """A chunk that waits for its text by a model."""

    recording_id: str
    model: str
    chunk: Chunk
    text: "asyncio.Future[ChunkText]"
    since_s: float = 0.0
    """When it lined up, on the monotonic clock."""


@dataclass(slots=True)
class FairQueueState:
    """Rows of many recordings; each turn takes one row of every recording, oldest first."""

    _waiting: OrderedDict[str, deque[Row]] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return sum(map(len, self._waiting.values()))

    def put(self, row: Row) -> None:
        """Line *row* up behind its own recording's."""
        self._waiting.setdefault(row.recording_id, deque()).append(row)

    def take(self, count: int) -> list[Row]:
        """Return up to *count* rows, those of a recording only as often as it is its turn.

        A recording that was served goes to the end of the line: a new one waits for one batch
        at most. Rows that nobody waits for any more are left out.
        """
        taken: list[Row] = []
        while self._waiting and len(taken) < count:
            recording_id, rows = self._waiting.popitem(last=False)
            row = rows.popleft()
            if rows:
                self._waiting[recording_id] = rows
            if not row.text.done():
                taken.append(row)
        return taken


@dataclass(slots=True)
class LanesState:
    """A fair queue for each model, since a batch is of one model; the models take turns, too."""

    _lanes: OrderedDict[str, FairQueueState] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def put(self, row: Row) -> None:
        """Line *row* up in its model's lane."""
        self._lanes.setdefault(row.model, FairQueueState()).put(row)

    def next_model(self) -> str | None:
        """Return the model whose turn it is, of those with rows; None where nothing waits."""
        for model, lane in self._lanes.items():
            if lane:
                self._lanes.move_to_end(model)
                return model
        return None

    def take(self, model: str, count: int) -> list[Row]:
        """Return up to *count* rows for *model*."""
        return self._lanes[model].take(count)
