"""Prints the logs of several parts as one, and goes on with what is added."""

import os
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TextIO

import click

from agents.errors import PipelineError

LAST_LINES = 20
"""Lines of each log to begin with."""
LOOK_S = 0.3
"""Time between looks at the logs, in seconds."""


def follow_logs(state_dir: Path, parts: Sequence[str], *, follow: bool) -> None:
    """Print the logs of *parts*, or of all; with *follow*, until interrupted.

    Raises:
        PipelineError: there is no log of a part named.

    """
    folder = state_dir / "logs"
    paths = [folder / f"{part}.log" for part in parts] or sorted(folder.glob("*.log"))
    if not paths:
        raise PipelineError(f"there are no logs in {folder} yet; `daybook up` makes some")
    for path in paths:
        if not path.exists():
            raise PipelineError(f"there is no log of {path.stem!r} in {folder}")
    width = max(len(path.stem) for path in paths)
    with ExitStack() as stack:
        tails = [stack.enter_context(closing(_Tail(path, width=width))) for path in paths]
        for tail in tails:
            tail.print_last()
        while follow:
            for tail in tails:
                tail.print_new()
            time.sleep(LOOK_S)


class _Tail:
    """One log and how far it has been printed; a log put aside for a new one is noticed."""

    def __init__(self, path: Path, *, width: int) -> None:
        self._path = path
        self._prefix = click.style(f"{path.stem:<{width}} │ ", dim=True)
        self._file: TextIO = path.open(encoding="utf-8", errors="replace")

    def print_last(self) -> None:
        for line in self._file.readlines()[-LAST_LINES:]:
            self._print(line)

    def print_new(self) -> None:
        for line in self._file:
            self._print(line)
        if self._replaced():
            self._file.close()
            self._file = self._path.open(encoding="utf-8", errors="replace")

    def close(self) -> None:
        self._file.close()

    def _replaced(self) -> bool:
        try:
            now, read = self._path.stat(), os.fstat(self._file.fileno())
            return not os.path.samestat(now, read) or now.st_size < self._file.tell()
        except FileNotFoundError:
            return False

    def _print(self, line: str) -> None:
        click.echo(self._prefix + line.rstrip("\n"))
