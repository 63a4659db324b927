"""How rows come to their ends: a text, an error of their own, or one that is no fault of theirs."""

from collections.abc import Sequence

from agents.errors import ChildDied, DependencyUnavailable
from agents.transcriber.engine import ChunkText, PartlyTranscribed
from agents.transcriber.serving.engines import DEPENDENCY, MEMORY
from agents.transcriber.serving.fair_queue import Row


def share_out(batch: Sequence[Row], partly: PartlyTranscribed) -> BaseException | None:
    """Give the rows that came to an end theirs; return the outage that the others wait for."""
    outage: DependencyUnavailable | None = None
    for row, outcome in zip(batch, partly.outcomes, strict=True):
        if isinstance(outcome, ChunkText):
            give(row, outcome)
        elif isinstance(outcome, DependencyUnavailable):
            outage = outcome
        else:
            fail([row], outcome)
    return outage


def outage_of(row: Row) -> DependencyUnavailable | None:
    """Return the outage that *row* ended in, unless it lacked memory, as the next one need not."""
    if not row.text.done() or row.text.cancelled():
        return None
    error = row.text.exception()
    if not isinstance(error, DependencyUnavailable) or error.dependency == MEMORY:
        return None
    return error


def unanswered(rows: Sequence[Row]) -> list[Row]:
    """Return those of *rows* that somebody still waits for."""
    return [row for row in rows if not row.text.done()]


def give(row: Row, text: ChunkText) -> None:
    """Give *row* its text, unless it was given up."""
    if not row.text.done():
        row.text.set_result(text)


def ended() -> DependencyUnavailable:
    """Return the error of rows that no engine will take any more."""
    return DependencyUnavailable(DEPENDENCY, "the speech engine takes no more work")


def fail(rows: Sequence[Row], error: BaseException) -> None:
    """Give *rows* the error, those that were not given up."""
    for row in rows:
        if not row.text.done():
            row.text.set_exception(error)


def blaming(row: Row, died: ChildDied, deaths: int) -> ChildDied:
    """Return the death of the engine's process as that of *row*'s own piece of its recording."""
    return ChildDied(
        f"{died} (on the speech at {row.chunk.start_ms / 1000:.1f} s)",
        piece=f"speech at {row.chunk.start_ms} ms",
        alone=died.alone,
        ended_by=died.ended_by,
        over_limit=died.over_limit,
        deaths=deaths,
    )
