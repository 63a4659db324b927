"""Writes a transcript for a model as data: a line per segment, in a block that no text closes."""

import re
from collections.abc import Callable, Iterable, Sequence

from agents.diarist.offline.noise import without_noise
from agents.diarist.sanitise import visible
from schemas import Segment

CANONICAL_NONCE = "0" * 16
"""Nonce of the canonical form, which stands in cache keys: there the random one has no place."""

_NONCE = re.compile(r"[0-9a-f]{16,}")
_OPEN = r"[<＜﹤〈⟨❮‹《]|&(?:lt|#0*60|#x0*3c);?"  # noqa: RUF001 - what looks like a delimiter
_ROLES = r"(?:transcript|system|assistant|user|human|developer|instructions?|prompt|tool|data)"
_DELIMITER = re.compile(
    rf"(?:{_OPEN})(?=[^\W\d]|[/／⁄∕\\!?|<＜]|\s*[/／⁄∕\\]?\s*{_ROLES})"  # noqa: RUF001 - as above
    r"|[\[［【〔⟦](?=\s*(?:\d|[/／]?\s*(?:INST|SYS)))",  # noqa: RUF001 - as above
    re.IGNORECASE,
)
"""What opens a tag, a role or the head of a line, in whichever brackets."""

_SPEAKER = re.compile(r"[^\w .'-]+")
_LONGEST_SPEAKER = 40


def tellable(segments: Sequence[Segment]) -> tuple[Segment, ...]:
    """Return the segments that a model is shown: doubtful ones and noise are left out.

    They are those that the offline writer may use, too. Where there are none, no model is asked.
    """
    return without_noise(segments)


def transcript_lines(segments: Iterable[Segment], hidden: Callable[[str], str] = str) -> str:
    """Return a line `[index] [mm:ss] speaker: text` of each segment.

    *hidden* takes personal data out of a text before anything in it is escaped.
    """
    return "".join(f"{_line(segment, hidden)}\n" for segment in segments)


def in_block(lines: str, *, nonce: str) -> str:
    """Return *lines* between `<transcript-NONCE>` and its end.

    *nonce* is random for each call, or CANONICAL_NONCE.

    Raises:
        ValueError: The nonce is no long hexadecimal number.

    """
    if not _NONCE.fullmatch(nonce):
        raise ValueError(f"{nonce!r} is no nonce: it has 16 hexadecimal digits or more")
    return f"<transcript-{nonce}>\n{lines}</transcript-{nonce}>"


def _line(segment: Segment, hidden: Callable[[str], str]) -> str:
    minutes, seconds = divmod(segment.start_ms // 1000, 60)
    speaker = _SPEAKER.sub(" ", visible(hidden(segment.speaker or "")))[:_LONGEST_SPEAKER].strip()
    who = f"{speaker}: " if speaker else ""
    text = _DELIMITER.sub("(", hidden(visible(segment.text)))
    return f"[{segment.index}] [{minutes:02}:{seconds:02}] {who}{text}"
