"""Prints the logs of several parts as one, and goes on with what is added."""

import json
import os
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TextIO

import click

from agents.errors import PipelineError

Layout = Callable[[str, str], str]
"""Makes what is printed of a part's name and a line of its log."""

LAST_LINES = 20
"""Lines of each log to begin with."""
LOOK_S = 0.3
"""Time between looks at the logs, in seconds."""


def follow_logs(
    state_dir: Path, parts: Sequence[str], *, follow: bool, as_json: bool = False
) -> None:
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
    layout = _json_line if as_json else _beside(max(len(path.stem) for path in paths))
    with ExitStack() as stack:
        tails = [stack.enter_context(closing(_Tail(path, layout))) for path in paths]
        for tail in tails:
            tail.print_last()
        while follow:
            for tail in tails:
                tail.print_new()
            time.sleep(LOOK_S)


def _json_line(part: str, line: str) -> str:
    """Lay a line out for programs."""
    return json.dumps({"part": part, "line": line}, ensure_ascii=False)


def _beside(width: int) -> Layout:
    """Lay lines out for people, the names beside them in *width* columns."""
    return lambda part, line: click.style(f"{part:<{width}} │ ", dim=True) + line


class _Tail:
    """One log and how far it has been printed; a log put aside for a new one is noticed."""

    def __init__(self, path: Path, layout: Layout) -> None:
        self._path = path
        self._layout = layout
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
        click.echo(self._layout(self._path.stem, line.rstrip("\n")))
