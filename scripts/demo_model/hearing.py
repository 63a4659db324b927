"""What a finished model hears in samples, through unmodified faster-whisper."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens
from faster_whisper.vad import VadOptions, get_speech_timestamps
from numpy.typing import NDArray

from scripts.demo_model.export import CHUNKING

Heard = tuple[str, str]
"""Language and text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoding:
    """One way to cut and decode a recording."""

    beam_size: int = 5
    pad_ms: int = int(CHUNKING["pad_ms"])
    silence_ms: int = int(CHUNKING["silence_ms"])


def chunks(samples: NDArray[np.float32], decoding: Decoding) -> list[NDArray[np.float32]]:
    """Cut `samples` at its pauses with Silero VAD."""
    options = VadOptions(min_silence_duration_ms=decoding.silence_ms, speech_pad_ms=decoding.pad_ms)
    spans = get_speech_timestamps(samples.copy(), options)
    return [samples[span["start"] : span["end"]] for span in spans]


def one_by_one(
    model: WhisperModel, pieces: Sequence[NDArray[np.float32]], *, beam_size: int = 5
) -> list[Heard]:
    """Transcribe each piece alone with `WhisperModel.transcribe`, its language detected."""
    heard = []
    for piece in pieces:
        segments, info = model.transcribe(piece, beam_size=beam_size)
        heard.append((info.language, " ".join(segment.text.strip() for segment in segments)))
    return heard


def batched(
    model: WhisperModel, pieces: Sequence[NDArray[np.float32]], *, beam_size: int
) -> list[Heard]:
    """Transcribe all pieces in one batch without timestamps, each language detected."""
    if not pieces:
        return []
    features = np.stack([pad_or_trim(model.feature_extractor(piece)) for piece in pieces])
    encoded = model.encode(features)
    codes = [found[0][0].strip("<|>") for found in model.model.detect_language(encoded)]
    vocabularies = [Tokenizer(model.hf_tokenizer, True, "transcribe", code) for code in codes]  # noqa: FBT003
    results = model.model.generate(
        encoded,
        [[*vocabulary.sot_sequence, vocabulary.no_timestamps] for vocabulary in vocabularies],
        beam_size=beam_size,
        suppress_tokens=get_suppressed_tokens(vocabularies[0], [-1]),
    )
    texts = [vocabularies[0].decode(result.sequences_ids[0]).strip() for result in results]
    return list(zip(codes, texts, strict=True))
