"""Cuts a transcript into sentences that remember which segments they were said in."""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from agents.diarist.offline.rules.language_rules import LanguageRules
from schemas import Segment

PAUSE_MS = 2_000
"""A pause, in ms, after which a new sentence begins unless the text runs on in lower case."""

_LONGEST_CHARACTERS = 1_000
"""Speech without any full stop is cut here, so that no rule looks at an endless sentence."""

_END = re.compile(r"[.!?…]+[\"'”’»)]*\s+(?=[\"'„“«¿¡(]*[^\W_a-zäöüßáéíóúñ])|[。！？]+")  # noqa: RUF001 - the full-width marks of Chinese and Japanese
_LAST_WORD = re.compile(r"([\w.]+)[.]\s*$")
_ORDINAL = re.compile(r"\b\d{1,2}\.\s*$")
_REPEATED = re.compile(r"\b(\w+)(?:,?\s+\1\b)+", re.IGNORECASE)
_MARKS = re.compile(r"[.!?…。！？]")  # noqa: RUF001 - as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """One sentence as it was said, and where."""

    text: str
    cites: tuple[int, ...]
    start_ms: int
    end_ms: int

    def tidy(self, rules: LanguageRules) -> str:
        """Return the sentence without fillers and stammering, written like a sentence."""
        text = rules.fillers.sub("", self.text)
        text = _REPEATED.sub(r"\1", text).strip(" ,;-")
        if not text:
            return ""
        text = text[0].upper() + text[1:]
        return text if text[-1] in '.!?…。！？"”»’' else text + "."  # noqa: RUF001 - as above


def sentences_of(segments: Sequence[Segment], rules: LanguageRules) -> tuple[Sentence, ...]:
    """Cut segments into sentences; text without punctuation counts a segment as one."""
    runs = _runs(segments, rules)
    return tuple(sentence for run in runs for sentence in _cut(run, rules))


def _runs(segments: Iterable[Segment], rules: LanguageRules) -> Iterator[list[Segment]]:
    run: list[Segment] = []
    for segment in segments:
        if run and _breaks(run[-1], segment, rules):
            yield run
            run = []
        run.append(segment)
    if run:
        yield run


def _breaks(before: Segment, after: Segment, rules: LanguageRules) -> bool:
    if before.speaker != after.speaker:
        return True
    text = after.text.strip()
    last = before.text.rsplit(maxsplit=1)[-1:]
    if last and last[0].lower() in rules.open_words:
        return False
    if not _MARKS.search(before.text) and (not _MARKS.search(text) or text[:1].isupper()):
        return True
    return after.start_ms - before.end_ms >= PAUSE_MS and not text[:1].islower()


def _cut(run: Sequence[Segment], rules: LanguageRules) -> Iterator[Sentence]:
    starts: list[int] = []
    text = ""
    for segment in run:
        starts.append(len(text))
        text += segment.text.strip() + " "
    for start, end in _spans(text, rules):
        first = bisect_right(starts, start) - 1
        last = bisect_right(starts, max(start, end - 1)) - 1
        yield Sentence(
            text=text[start:end],
            cites=tuple(segment.index for segment in run[first : last + 1]),
            start_ms=run[first].start_ms,
            end_ms=run[last].end_ms,
        )


def _spans(text: str, rules: LanguageRules) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(text):
        if not _is_abbreviation(text[start : match.end()], rules):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, len(text))


def _trimmed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while end - start > _LONGEST_CHARACTERS:
        cut = text.rfind(" ", start, start + _LONGEST_CHARACTERS)
        cut = cut if cut > start else start + _LONGEST_CHARACTERS
        yield from _stripped(text, start, cut)
        start = cut
    yield from _stripped(text, start, end)


def _stripped(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if re.search(r"\w", piece):
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(piece.strip())


def _is_abbreviation(text: str, rules: LanguageRules) -> bool:
    word = _LAST_WORD.search(text)
    known = word is not None and word[1].rstrip(".") in rules.abbreviations
    return known or (rules.names.nouns_are_capitalised and _ORDINAL.search(text) is not None)
