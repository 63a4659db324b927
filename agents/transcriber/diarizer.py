"""What a diarizer is, in our own values: it tells the speakers of a recording apart."""

from dataclasses import dataclass
from typing import Protocol

from agents.transcriber.engine import Chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """A stretch of one speaker's speech; times count from the start of the recording.

    `speaker` is any label, the same for all turns of a speaker and good for this recording only.
    `confidence` is how sure the label is among those of the speakers found, 0 to 1.
    """

    start_ms: int
    end_ms: int
    speaker: str
    confidence: float


class DiarizationState(Protocol):
    """One recording on its way through a diarizer.

    Both methods block and are called from a thread, one at a time, though not always the same
    one. They raise `DiarizerFailed`, and nothing else of their own making.
    """

    def push(self, chunk: Chunk) -> None:
        """Take the next *chunk* of speech, in the order of the recording.

        Its samples are not kept and not changed: what is remembered of them must be so little
        that the longest recording fits into some ten megabytes.
        """
        ...

    def finish(self, *, speakers: int | None) -> tuple[Turn, ...]:
        """Return the turns in the order of their starts; they may overlap.

        *speakers* is the most there can be, 1 or more, None if nobody knows. Called once, last.
        """
        ...


class Diarizer(Protocol):
    """Tells speakers apart, in many recordings at the same time."""

    @property
    def name(self) -> str:
        """Its name and version, such as `reference-1`: all that its turns depend on."""
        ...

    def begin(self) -> DiarizationState:
        """Begin a recording."""
        ...
