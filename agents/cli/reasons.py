"""Writes the reasons of dead letters into the page on the contract, from the errors themselves."""

import sys
from collections.abc import Iterator
from pathlib import Path

from agents.errors import (
    ArtefactError,
    AudioError,
    DeliveryError,
    DiarizerFailed,
    EngineError,
    PipelineError,
)

BEGIN, END = "<!-- reasons -->\n", "<!-- /reasons -->\n"
"""What the table stands between; the text between them is replaced."""

FAMILIES: tuple[type[PipelineError], ...] = (AudioError, ArtefactError, EngineError, DeliveryError)
"""Errors that an event can end by; it waits for a dependency, and the others stop a program."""

WARNED = {DiarizerFailed}
"""Errors of these families that become a transcript's warning."""


def with_reasons(page: str) -> str:
    """Return *page* with the table of today between its two marks."""
    before, _, rest = page.partition(BEGIN)
    _, _, after = rest.partition(END)
    return before + BEGIN + "\n" + _table() + "\n" + END + after


def _table() -> str:
    rows = [
        f"| `{error.reason}` | {error.__doc__} | {'a few times' if error.retryable else 'once'} |"
        for family in FAMILIES
        for error in _kinds(family)
    ]
    unforeseen = f"| `{PipelineError.reason}` | Nobody foresaw what went wrong. | a few times |"
    lines = ["| reason | what is wrong | tried |", "|---|---|---|", *rows, unforeseen]
    return "\n".join(lines) + "\n"


def _kinds(family: type[PipelineError]) -> Iterator[type[PipelineError]]:
    """Yield the errors that are raised: the tree's leaves, in the order of the file."""
    for error in family.__subclasses__():
        if error.__subclasses__():
            yield from _kinds(error)
        elif error not in WARNED:
            yield error


if __name__ == "__main__":
    for name in sys.argv[1:]:
        path = Path(name)
        path.write_text(with_reasons(path.read_text(encoding="utf-8")), encoding="utf-8")
