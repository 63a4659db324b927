"""Judges what the model says it heard; thresholds are those of Whisper's own decoder."""

import zlib
from collections.abc import Iterable

from agents.transcriber.engine import TextSegment

LOOP_RATIO = 2.4
"""Text that compresses better than this repeats itself."""

LOW_LOGPROB = -1.0
"""Average log probability per token below which the model was guessing."""

NO_SPEECH = 0.6
"""Probability of no speech above which a guess is taken for silence."""

LOOP, SILENCE_TEXT, LOW_CONFIDENCE = "loop", "silence_text", "low_confidence"
"""Warning codes."""


def compression_ratio(text: str) -> float:
    """Return how many times smaller zlib makes *text*; 0 for an empty one."""
    content = text.encode()
    return len(content) / len(zlib.compress(content)) if content else 0.0


def is_loop(ratio: float) -> bool:
    """Whether text of this compression *ratio* repeats itself."""
    return ratio > LOOP_RATIO


def is_silence(no_speech_prob: float, avg_logprob: float) -> bool:
    """Whether the model itself thinks that it invented text for silence."""
    return no_speech_prob > NO_SPEECH and avg_logprob <= LOW_LOGPROB


def doubts(segment: TextSegment) -> tuple[str, ...]:
    """Return the warning codes of a segment; one without any can be relied on."""
    codes = (
        (LOOP, is_loop(segment.compression_ratio)),
        (SILENCE_TEXT, is_silence(segment.no_speech_prob, segment.avg_logprob)),
        (LOW_CONFIDENCE, segment.sampled or segment.avg_logprob < LOW_LOGPROB),
    )
    return tuple(code for code, applies in codes if applies)


def warning_codes(segments: Iterable[TextSegment]) -> tuple[str, ...]:
    """Return the codes of all *segments*, each once, in order."""
    return tuple(sorted({code for segment in segments for code in doubts(segment)}))
