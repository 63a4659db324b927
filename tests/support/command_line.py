"""The command line as a function, and what one run of it came to."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """Exit code, and what was written to standard output and standard error."""

    code: int
    out: str
    err: str


class Daybook(Protocol):
    """Runs the command line in this process."""

    def __call__(self, *arguments: str) -> Answer: ...
