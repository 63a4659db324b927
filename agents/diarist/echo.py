"""Finds text that a writer's instructions were copied into: it tells of them, not of the day."""

from collections.abc import Iterable, Sequence
from functools import lru_cache

from agents.diarist.words import words_of

ECHO_WORDS = 8
"""So many words in a row that stand in the instructions are no chance; in scripts without
spaces, so many characters."""

_Row = tuple[str, ...]


class Echo:
    """The instructions of one call, less what was said in the recording all the same."""

    def __init__(self, instructions: Iterable[str], said: Iterable[str]) -> None:
        rows = {row for text in instructions for row in _rows_of_instructions(text)}
        if rows:
            rows.difference_update(
                _rows([word for text in said for word in words_of(text).listed()])
            )
        self._rows = rows

    def among(self, texts: Sequence[str]) -> frozenset[int]:
        """Return which of `texts` echo the instructions, alone or where they join."""
        if not self._rows:
            return frozenset()
        words = [(word, i) for i, text in enumerate(texts) for word in words_of(text).listed()]
        return frozenset(
            owner
            for start, row in enumerate(_rows([word for word, _ in words]))
            if row in self._rows
            for _, owner in words[start : start + ECHO_WORDS]
        )


@lru_cache(maxsize=64)
def _rows_of_instructions(text: str) -> frozenset[_Row]:
    """Return the rows of one text of instructions, which most calls have in common."""
    return frozenset(_rows(words_of(text).listed()))


def _rows(words: Sequence[str]) -> Iterable[_Row]:
    return (tuple(words[i : i + ECHO_WORDS]) for i in range(len(words) - ECHO_WORDS + 1))
