"""Joins the narratives, titles and summaries of entries to those of their day."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from schemas import DailyEntry, NarrativeCite

MOST_WORDS = 900
"""A day that tells more is shortened, each recording by its share: a page is read in minutes."""

_LEAST_WORDS = 40
"""No recording is shortened below this many words."""

_SUMMARIES = 2
_BETWEEN = " · "
_TITLE_CHARACTERS = 90
_SUMMARY_CHARACTERS = 240


def day_title(entries: Sequence[DailyEntry]) -> str:
    """Return two titles that fit on a line, of recordings in which much was said."""
    if not entries:
        return ""
    first, *others = _weightiest(entries, len(entries))
    room = _TITLE_CHARACTERS - len(first.title) - len(_BETWEEN)
    fitting = [other for other in others if len(other.title) <= room]
    chosen = sorted([first, *fitting[:1]], key=entries.index)
    return _BETWEEN.join(entry.title for entry in chosen)


def day_summary(entries: Sequence[DailyEntry]) -> str:
    """Return the summaries of the weightiest recordings as far as they fit into two lines."""
    summary = ""
    for entry in sorted(_weightiest(entries, _SUMMARIES), key=entries.index):
        longer = f"{summary} {entry.summary}".strip()
        if summary and len(longer) > _SUMMARY_CHARACTERS:
            break
        summary = longer
    return summary


def day_narrative(entries: Sequence[DailyEntry]) -> tuple[str, tuple[NarrativeCite, ...]]:
    """Return one paragraph or more for each recording, and what each part rests on."""
    total = sum(_words(entry.narrative) for entry in entries)
    text, cites = "", []
    for entry in entries:
        most = _words(entry.narrative) * MOST_WORDS // max(1, total)
        told, told_cites = _shortened(entry, max(_LEAST_WORDS, most))
        if not told:
            continue
        text += "\n\n" if text else ""
        at = len(text)
        cites += [replace(c, start=c.start + at, end=c.end + at) for c in told_cites]
        text += told
    return text, tuple(cites)


def _weightiest(entries: Sequence[DailyEntry], count: int) -> list[DailyEntry]:
    # The sort is stable, so among equals the earliest recordings win.
    return sorted(entries, key=lambda entry: -entry.words)[:count]


def _shortened(entry: DailyEntry, most: int) -> tuple[str, list[NarrativeCite]]:
    """Keep evenly spread passages of an entry's narrative, as they are."""
    total = _words(entry.narrative)
    parts = entry.narrative_cites
    if total <= most or not parts:
        return entry.narrative, list(parts)
    count = max(1, len(parts) * most // total)
    chosen = [parts[i * len(parts) // count] for i in range(count)]
    return _rejoined(entry.narrative, chosen)


def _rejoined(narrative: str, parts: Sequence[NarrativeCite]) -> tuple[str, list[NarrativeCite]]:
    text, cites, end_before = "", [], None
    for part in parts:
        if end_before is not None:
            text += "\n\n" if "\n\n" in narrative[end_before : part.start] else " "
        start = len(text)
        text += narrative[part.start : part.end]
        cites.append(replace(part, start=start, end=len(text)))
        end_before = part.end
    return text, cites


def _words(text: str) -> int:
    return len(text.split())


def paragraphs(narrative: str) -> Iterator[tuple[int, str]]:
    """Yield each paragraph with the position of its first character."""
    at = 0
    for paragraph in narrative.split("\n\n"):
        yield at, paragraph
        at += len(paragraph) + 2
