"""Reads what OpenAI-compatible speech servers answer, whatever some of them leave out.

Where a server says nothing, or a number that cannot be one (vLLM writes -1 for what it does not
count), there is a value that raises no doubt: a log probability of 0, no_speech_prob of 0. The
compression ratio is ours to compute.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from agents.transcriber.engine import ChunkText, TextSegment, Word
from agents.transcriber.engines.whisper_languages import LANGUAGES
from agents.transcriber.quality import compression_ratio

UNKNOWN_LANGUAGE = "und"
"""ISO 639 for a language that nobody has said."""

_CODES = {name: code for code, name in LANGUAGES.items()}

Fields = Mapping[str, Any]


def read_answer(
    answer: object, *, duration_s: float, language: str | None, sampled: bool
) -> ChunkText:
    """Return what an *answer* in `verbose_json` or `json` says of a chunk of *duration_s*.

    *language* is the one that was asked for; it stands where the server does not say another.

    Raises:
        ValueError: it is no answer of such a server.

    """
    if not isinstance(answer, dict) or not isinstance(answer.get("text"), str):
        raise ValueError("an answer has a text")  # noqa: TRY004 - it is a value from outside
    parts = answer.get("segments") or [{"text": answer["text"], "end": duration_s}]
    segments = [
        _segment(part, duration_s, sampled=sampled) for part in parts if str(part["text"]).strip()
    ]
    code = _language_code(answer.get("language")) or language or UNKNOWN_LANGUAGE
    words = answer.get("words") or [word for part in parts for word in part.get("words") or ()]
    return ChunkText(
        segments=tuple(_with_words(segments, words)), language=code, language_probability=None
    )


def _language_code(said: object) -> str | None:
    """Return the code of a language that servers call `en`, `en-US` or `english`."""
    if not isinstance(said, str):
        return None
    name = said.strip().lower()
    code = name.replace("_", "-").partition("-")[0]
    return _CODES.get(name) or (code if code in LANGUAGES else None)


def _segment(part: Fields, duration_s: float, *, sampled: bool) -> TextSegment:
    text = str(part["text"])
    start_s = min(duration_s, max(0.0, float(part.get("start") or 0.0)))
    logprob = _number(part, "avg_logprob")
    # A log probability is none where the other figures are not counted either.
    counted = logprob is not None and (_number(part, "compression_ratio") or 0.0) >= 0
    return TextSegment(
        start_s=start_s,
        end_s=min(duration_s, max(start_s, float(part.get("end") or 0.0))),
        text=text,
        avg_logprob=min(0.0, logprob) if logprob is not None and counted else 0.0,
        no_speech_prob=max(0.0, _number(part, "no_speech_prob") or 0.0),
        compression_ratio=compression_ratio(text.strip()),
        sampled=sampled or (_number(part, "temperature") or 0.0) > 0,
    )


def _number(part: Fields, name: str) -> float | None:
    value = part.get(name)
    return None if value is None else float(value)


def _with_words(segments: Sequence[TextSegment], words: Iterable[Fields]) -> list[TextSegment]:
    """Cut each segment's text where *words*, one list for all of them, begin.

    Some servers leave punctuation and spaces out of words; cut so, they are the text again.
    """
    waiting = [word for word in words if str(word["word"]).strip()][::-1]
    return [_cut(segment, waiting) for segment in segments]


def _cut(segment: TextSegment, waiting: list[Fields]) -> TextSegment:
    """Give *segment* its words, which are taken from the end of *waiting*."""
    found: list[tuple[int, Fields]] = []
    behind = 0
    while waiting:
        word = str(waiting[-1]["word"]).strip()
        at = segment.text.find(word, behind)
        if at >= 0:
            found.append((at, waiting.pop()))
            behind = at + len(word)
        elif float(waiting[-1]["start"]) < segment.end_s:
            waiting.pop()  # spelt otherwise in the text: its neighbour takes its place
        else:
            break
    starts = [0, *(_word_start(segment.text, at) for at, _ in found[1:])]
    ends = [*starts[1:], len(segment.text)]
    pieces = [segment.text[start:end] for start, end in zip(starts, ends, strict=True)]
    timed = [_word(piece, word, segment) for piece, (_, word) in zip(pieces, found, strict=False)]
    return replace(segment, words=tuple(timed))


def _word_start(text: str, at: int) -> int:
    """Return where the word at *at* starts with what is written right before it, and its space."""
    while at > 0 and not text[at - 1].isspace() and not text[at - 1].isalnum():
        at -= 1
    return at - 1 if at > 0 and text[at - 1].isspace() else at


def _word(piece: str, word: Fields, segment: TextSegment) -> Word:
    start_s = max(0.0, float(word["start"]))
    said = _number(word, "probability")
    return Word(
        text=piece,
        start_s=start_s,
        end_s=max(start_s, float(word["end"])),
        probability=math.exp(segment.avg_logprob) if said is None else said,
    )
