"""What a speech model is given to read before it listens: a recording's own words, and names."""

from collections.abc import Callable, Sequence

SIZES = (32, 64)
"""Tokens that a prompt has for Whisper; none has any other number, so that those of different
people share a batch. Names do their work in few; every one more costs the decoder time."""

FILLER = " "
"""What a prompt is filled up with, before its first word; why is in docs/decisions.md."""

PROMPT_FORM = f"{FILLER!r} to {SIZES}"
"""What becomes of a prompt for Whisper, as a parameter of texts that have one."""

NAMES_AT_LEAST = 32
"""Tokens that names may have, however long the recording's own prompt is."""


def prompt_text(own: str | None, names: Sequence[str]) -> str | None:
    """Return the prompt as text: *own*, then the *names*; None where there is neither."""
    parts = [(own or "").strip(), f"{', '.join(names)}." if names else ""]
    return " ".join(filter(None, parts)) or None


def prompt_tokens(
    own: str | None, names: Sequence[str], spell: Callable[[str], list[int]]
) -> list[int]:
    """Return the prompt in tokens of *spell*: none, or one of `SIZES`, filled up at its start.

    Where there is too much, the first of the *names* stay, whole ones only, and the end of *own*.
    """
    said = spell(f" {own.strip()}") if own and own.strip() else []
    named = _spelt(names, spell, max(NAMES_AT_LEAST, SIZES[-1] - len(said)))
    kept = [*said[max(0, len(said) + len(named) - SIZES[-1]) :], *named]
    if not kept:
        return []
    size = next(size for size in SIZES if len(kept) <= size)
    return [*spell(FILLER)[:1] * (size - len(kept)), *kept]


def _spelt(names: Sequence[str], spell: Callable[[str], list[int]], most: int) -> list[int]:
    """Spell as many of *names* as fit, a comma between them and a stop after the last."""
    tokens: list[int] = []
    end = spell(".")
    for name in names:
        part = spell(f", {name}" if tokens else f" {name}")
        if len(tokens) + len(part) + len(end) > most:
            break
        tokens += part
    return [*tokens, *end] if tokens else []
