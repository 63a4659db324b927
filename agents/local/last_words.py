"""What a program said to people before it ended, out of its log."""

from pathlib import Path

from agents.local.files import tail

SPEAKS = "daybook: "
"""What our programs begin with when they say why they end."""


def last_words(log: Path, *, begin: int = 0, lines: int = 10) -> str:
    """Return the end of *log*, of what was written after byte *begin*.

    Where a program of ours said why it ended, that alone; log events only where nothing else is.
    """
    said = tail(log, lines=2 * lines, begin=begin).splitlines()
    plain = [line for line in said if not line.startswith("{")]
    text = "\n".join((plain or said)[-lines:])
    return text.partition(SPEAKS)[2] or text
