"""Puts a recording's chunks together again: pure functions from what was heard to segments."""

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from agents.transcriber.engine import ChunkText, ServedModel, TextSegment, Word
from agents.transcriber.languages import LANGUAGE_MIXED, HeardLanguage, is_mixed
from agents.transcriber.prompt import prompt_text
from agents.transcriber.quality import doubts, warning_codes
from agents.transcriber.speech import SpeechPolicy
from schemas import AudioReceived, Segment

RULES = 2
"""Version of everything between bytes and text that is not the engine's; part of params_hash."""

TimedWord: TypeAlias = dict[str, str | int | float]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeardChunk:
    """A chunk whose samples are gone: where it was, and what was said in it."""

    start_ms: int
    end_ms: int
    speech_ms: int
    text: ChunkText

    @property
    def language(self) -> HeardLanguage:
        """The chunk's language, as evidence of the recording's."""
        return HeardLanguage(
            code=self.text.language,
            probability=self.text.language_probability,
            speech_ms=self.speech_ms,
        )

    def at_ms(self, seconds: float) -> int:
        """Turn a time in this chunk into one in the recording; never outside of the chunk."""
        return min(self.end_ms, max(self.start_ms, self.start_ms + round(seconds * 1000)))


def said(chunks: Iterable[HeardChunk]) -> list[tuple[HeardChunk, TextSegment]]:
    """Return every segment that has text, with its chunk, in order."""
    return [
        (chunk, segment)
        for chunk in chunks
        for segment in chunk.text.segments
        if segment.text.strip()
    ]


def segments(chunks: Iterable[HeardChunk]) -> tuple[Segment, ...]:
    """Return the segments of a recording; doubtful ones stay and are marked."""
    return tuple(
        Segment(
            index=index,
            start_ms=chunk.at_ms(segment.start_s),
            end_ms=max(chunk.at_ms(segment.start_s), chunk.at_ms(segment.end_s)),
            text=segment.text.strip(),
            speaker=segment.speaker,
            language=chunk.text.language,
            avg_logprob=segment.avg_logprob,
            no_speech_prob=min(1.0, max(0.0, segment.no_speech_prob)),
            low_confidence=bool(doubts(segment)),
        )
        for index, (chunk, segment) in enumerate(said(chunks))
    )


def words(chunks: Iterable[HeardChunk]) -> dict[int, list[TimedWord]]:
    """Return the words of each segment by its index, in times of the recording."""
    return {
        index: [_timed(chunk, word) for word in segment.words]
        for index, (chunk, segment) in enumerate(said(chunks))
        if segment.words
    }


def warnings(chunks: Sequence[HeardChunk], others: Iterable[str]) -> tuple[str, ...]:
    """Return all warning codes of a recording: *others* and those of its text."""
    mixed = (LANGUAGE_MIXED,) if is_mixed(chunk.language for chunk in chunks) else ()
    codes = warning_codes(segment for _, segment in said(chunks))
    return tuple(dict.fromkeys(chain(others, codes, mixed)))


def text_sha256(parts: Iterable[Segment]) -> str:
    """Return the sha256 of the text: one line per segment."""
    return hashlib.sha256("\n".join(part.text for part in parts).encode()).hexdigest()


def params_hash(
    event: AudioReceived,
    model: ServedModel,
    diarizer: str | None = None,
    names: Sequence[str] = (),
) -> str:
    """Return the sha256 of all that the text depends on besides the recording and the engine.

    *diarizer* is the name of the one whose turns are in it, *names* are to be spelt right. What
    machine it runs on is not part of it: a replay elsewhere makes the same transcript.
    """
    prompt = prompt_text(event.initial_prompt, names) if model.takes_prompts else None
    parameters = {
        "rules": RULES,
        "weights": model.weights_sha256,
        "engine": dict(model.parameters),
        "chunk": repr(model.chunk_policy),
        "speech": repr(SpeechPolicy.for_chunks(model.chunk_policy)),
        "language_hint": event.language_hint,
        "initial_prompt": prompt,
        **({"prompt_form": model.prompt_form} if prompt and model.prompt_form else {}),
        **({"diarizer": diarizer} if diarizer else {}),
    }
    return hashlib.sha256(json.dumps(parameters, sort_keys=True).encode()).hexdigest()


def _timed(chunk: HeardChunk, word: Word) -> TimedWord:
    return {
        "text": word.text,
        "start_ms": chunk.at_ms(word.start_s),
        "end_ms": chunk.at_ms(word.end_s),
        "probability": word.probability,
    }
