"""Merges what was said with who spoke: segments are split where the speaker changes."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, groupby, pairwise
from operator import itemgetter

from agents.transcriber.diarizer import Turn
from agents.transcriber.engine import TextSegment, Word
from agents.transcriber.transcript import HeardChunk

FLICKER_MS = 400
"""A lone word shorter than this, between two words of another speaker's in one segment, is taken
for theirs: turns are not measured finely enough for it, and a reply of one word ends a segment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Run:
    """Neighbouring words of one segment with one speaker."""

    words: tuple[Word, ...]
    speaker: str

    @property
    def letters(self) -> int:
        return sum(len(_letters(word.text)) for word in self.words)

    @property
    def is_flicker(self) -> bool:
        length_s = self.words[-1].end_s - self.words[0].start_s
        spelt = [word for word in self.words if _letters(word.text)]
        return len(spelt) == 1 and length_s * 1000 < FLICKER_MS

    def followed_by(self, other: "_Run") -> "_Run":
        """Return this with the words of *other*."""
        return replace(self, words=(*self.words, *other.words))


class TurnTable:
    """The turns of a recording, one at least, to look up who speaks when; they may overlap."""

    def __init__(self, turns: Iterable[Turn]) -> None:
        self._turns = sorted(turns, key=lambda turn: (turn.start_ms, turn.end_ms))
        self._starts = [turn.start_ms for turn in self._turns]
        self._ends_so_far = list(accumulate((turn.end_ms for turn in self._turns), max))

    def speaker(self, start_ms: int, end_ms: int) -> str:
        """Return who speaks most in a stretch of time; where nobody does, who is nearest.

        Of equals the one who began earlier.
        """
        first = bisect_right(self._ends_so_far, start_ms)
        end = bisect_left(self._starts, end_ms)
        spoken_ms: defaultdict[str, int] = defaultdict(int)
        for turn in self._turns[first:end]:
            overlap_ms = min(end_ms, turn.end_ms) - max(start_ms, turn.start_ms)
            spoken_ms[turn.speaker] += max(0, overlap_ms)
        if any(spoken_ms.values()):
            return max(spoken_ms, key=lambda speaker: spoken_ms[speaker])
        return min(
            self._around(first, end),
            key=lambda turn: max(0, turn.start_ms - end_ms, start_ms - turn.end_ms),
        ).speaker

    def _around(self, first: int, end: int) -> Iterator[Turn]:
        """Yield the turn that ended last before index *first*, and those up to index *end*."""
        if first:
            yield self._turns[bisect_left(self._ends_so_far, self._ends_so_far[first - 1])]
        yield from self._turns[first : end + 1]


def with_speakers(chunks: Sequence[HeardChunk], turns: Iterable[Turn]) -> tuple[HeardChunk, ...]:
    """Return *chunks* with the speaker of each segment, split where it changes between words.

    The parts of a segment are its own text together. A segment without words, or whose words do
    not spell its text, stays whole and has the speaker who talks most in it. Labels are S1, S2, …
    in the order in which they appear in the text. Without turns nothing changes.
    """
    spoken = [turn for turn in turns if turn.end_ms > turn.start_ms]
    if not spoken:
        return tuple(chunks)
    table, labels = TurnTable(spoken), dict[str, str]()
    told_apart = []
    for chunk in chunks:
        parts = [part for segment in chunk.text.segments for part in _parts(chunk, segment, table)]
        labelled = tuple(_labelled(part, labels) for part in parts)
        told_apart.append(replace(chunk, text=replace(chunk.text, segments=labelled)))
    return tuple(told_apart)


def _labelled(part: TextSegment, labels: dict[str, str]) -> TextSegment:
    """Put the label of the recording in place of the diarizer's; a new speaker gets the next."""
    if part.speaker is None:
        return part
    return replace(part, speaker=labels.setdefault(part.speaker, f"S{len(labels) + 1}"))


def _parts(chunk: HeardChunk, segment: TextSegment, table: TurnTable) -> Iterable[TextSegment]:
    """Return *segment* in one part for each run of words; without text, as it is."""
    if not segment.text.strip():
        return [segment]
    if "".join(_letters(word.text) for word in segment.words) != _letters(segment.text):
        speaker = table.speaker(chunk.at_ms(segment.start_s), chunk.at_ms(segment.end_s))
        return [replace(segment, speaker=speaker)]
    runs = _steady(_runs(segment.words, _speakers(chunk, segment.words, table)))
    if len(runs) == 1:
        return [replace(segment, speaker=runs[0].speaker)]
    return _split(segment, runs)


def _speakers(chunk: HeardChunk, words: Sequence[Word], table: TurnTable) -> list[str]:
    """Return the speaker of each word; one without letters goes with a neighbour."""
    found = [
        table.speaker(chunk.at_ms(word.start_s), chunk.at_ms(word.end_s))
        if _letters(word.text)
        else None
        for word in words
    ]
    last = next(speaker for speaker in found if speaker is not None)
    return [last := last if speaker is None else speaker for speaker in found]


def _runs(words: Sequence[Word], speakers: Sequence[str]) -> list[_Run]:
    by_speaker = groupby(zip(words, speakers, strict=True), key=itemgetter(1))
    return [
        _Run(words=tuple(word for word, _ in pairs), speaker=speaker)
        for speaker, pairs in by_speaker
    ]


def _steady(runs: Sequence[_Run]) -> list[_Run]:
    """Give each flicker to the speaker around it, and join what has one speaker then."""
    kept = [runs[0]]
    for index, run in enumerate(runs[1:], 1):
        around = {kept[-1].speaker, *(after.speaker for after in runs[index + 1 : index + 2])}
        inside = index + 1 < len(runs) and len(around) == 1
        if run.speaker == kept[-1].speaker or (inside and run.is_flicker):
            kept[-1] = kept[-1].followed_by(run)
        else:
            kept.append(run)
    return kept


def _split(segment: TextSegment, runs: Sequence[_Run]) -> Iterator[TextSegment]:
    """Yield the part of each run: its words and their times, and its letters of the text."""
    letters_at = [at for at, letter in enumerate(segment.text) if not letter.isspace()]
    inner = [letters_at[count] for count in accumulate(run.letters for run in runs[:-1])]
    for run, (start, end) in zip(runs, pairwise([0, *inner, len(segment.text)]), strict=True):
        yield replace(
            segment,
            text=segment.text[start:end],
            start_s=run.words[0].start_s,
            end_s=run.words[-1].end_s,
            words=run.words,
            speaker=run.speaker,
        )


def _letters(text: str) -> str:
    """Return *text* without whitespace."""
    return "".join(text.split())
