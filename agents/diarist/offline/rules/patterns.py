"""Builds the patterns and word lists of the rules."""

import re


def phrases(*alternatives: str) -> re.Pattern[str]:
    """Compile alternatives into one case-insensitive pattern that begins at a word's edge."""
    return re.compile(rf"(?<!\w)(?:{'|'.join(alternatives)})", re.IGNORECASE)


def words(text: str) -> frozenset[str]:
    """Return the space-separated words of `text`."""
    return frozenset(text.split())


def numbered(text: str, first: int = 0) -> dict[str, int]:
    """Give lines of words rising numbers from `first`; the words of a line share one."""
    lines = enumerate(text.strip().splitlines(), first)
    return {word: number for number, line in lines for word in line.split()}
