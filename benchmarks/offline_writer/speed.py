"""How long entries take, for recordings of a minute, an hour and ten hours."""

import time
import tracemalloc
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import cycle, islice

from agents.diarist.offline.extractive_writer import draft
from benchmarks.offline_writer.labels import recordings
from schemas import TranscriptReady
from tests.support.builders import a_segment, a_transcript

_SEGMENTS_A_MINUTE = 15
"""People speak about 150 words a minute, Whisper's segments have about ten."""

_ENOUGH_S = 1.0
_MINUTES = (1, 60, 600)


@dataclass(frozen=True, slots=True, kw_only=True)
class SpeedRow:
    """Entries of one length in one language, on one core."""

    language: str
    minutes: int
    words: int
    seconds: float
    """Processor time of one entry."""
    entries_per_s: float
    peak_mib: float
    """What one entry takes at its peak beside its transcript."""


def speed(languages: Sequence[str]) -> list[SpeedRow]:
    """Measure every language and length."""
    return [_row(language, minutes) for language in languages for minutes in _MINUTES]


def _row(language: str, minutes: int) -> SpeedRow:
    transcript = _transcript(language, minutes)
    began, entries = time.process_time(), 0
    while entries == 0 or time.process_time() - began < _ENOUGH_S:
        draft(transcript)
        entries += 1
    seconds = (time.process_time() - began) / entries
    tracemalloc.start()
    draft(transcript)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return SpeedRow(
        language=language,
        minutes=minutes,
        words=sum(len(segment.text.split()) for segment in transcript.segments),
        seconds=round(seconds, 5),
        entries_per_s=round(1 / seconds, 2),
        peak_mib=round(peak / 2**20, 1),
    )


def _transcript(language: str, minutes: int) -> TranscriptReady:
    """Return the labelled recordings strung together, each round a little different."""
    said = [segment.text for one in recordings(language) for segment in one.transcript.segments]
    texts = islice(cycle(said), minutes * _SEGMENTS_A_MINUTE)
    segments = [
        a_segment(text if i < len(said) else f"{text} {i}", index=i) for i, text in enumerate(texts)
    ]
    return a_transcript(*segments, language=language)
