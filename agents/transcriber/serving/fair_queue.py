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


YOUNG_MS = 60_000
"""Where rows of a batch cost each other time, the first minute of every recording has a lane of its
own: a voice note shares no batch with the middle of a long recording."""


@dataclass(frozen=True, slots=True)
class Lane:
    """What rows of one batch have in common."""

    model: str
    young: bool = False
    prompted: bool = False
    """Whether its rows have a prompt: with others they would decode one group after the other."""


@dataclass(slots=True)
class LanesState:
    """A fair queue for each lane; lanes take turns, so that none waits for more than one batch."""

    _lanes: OrderedDict[Lane, FairQueueState] = field(default_factory=OrderedDict)

    def __len__(self) -> int:
        return sum(map(len, self._lanes.values()))

    def put(self, row: Row, *, apart: bool, prompts_apart: bool = False) -> None:
        """Line *row* up: with *apart*, young rows and others never share a batch.

        With *prompts_apart*, those with a prompt and those without one do not.
        """
        lane = Lane(
            row.model,
            young=apart and row.chunk.start_ms < YOUNG_MS,
            prompted=prompts_apart and row.chunk.options.prompt is not None,
        )
        if lane not in self._lanes:
            self._lanes[lane] = FairQueueState()
            self._lanes.move_to_end(lane, last=False)  # it has never had a turn
        self._lanes[lane].put(row)

    def next_lane(self) -> Lane | None:
        """Return the lane whose turn it is, of those with rows; None where nothing waits."""
        for lane, rows in self._lanes.items():
            if rows:
                self._lanes.move_to_end(lane)
                return lane
        return None

    def take(self, lane: Lane, count: int) -> list[Row]:
        """Return up to *count* rows of *lane*."""
        return self._lanes[lane].take(count)

    def take_all(self) -> list[Row]:
        """Return all rows that wait."""
        return [row for lane in self._lanes.values() for row in lane.take(len(lane))]
