"""CTranslate2 alone, batch after batch, from features computed before: nobody can be faster."""

from collections.abc import Sequence
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens

from agents.transcriber.engine import Chunk
from agents.transcriber.engines.faster_whisper_engine import DECODING
from benchmarks.speech.gpu.fixed_length import TOKENS, check_lengths


class BareLoop:
    """Encodes, detects the language and decodes; holds the features of all *chunks*."""

    def __init__(self, whisper: WhisperModel, chunks: Sequence[Chunk], beam: int) -> None:
        self._whisper = whisper
        self.model = whisper.model
        self.beam = beam
        self._windows = [
            pad_or_trim(whisper.feature_extractor(chunk.samples)).astype(np.float32)
            for chunk in chunks
        ]
        self._tokenizers: dict[str, Tokenizer] = {}
        self._suppressed = list(get_suppressed_tokens(self._tokenizer("en"), [-1]) or ())

    def batch(self, rows: int, begin: int = 0) -> Any:
        """Return the features of *rows* chunks from the one at *begin* on, again and again."""
        count = len(self._windows)
        picked = [self._windows[(begin + at) % count] for at in range(rows)]
        return ctranslate2.StorageView.from_array(np.stack(picked))

    def run(self, windows: int, rows: int) -> None:
        """Hear so many *windows*, so many *rows* at a time."""
        for begin in range(0, windows, rows):
            encoded = self.model.encode(self.batch(min(rows, windows - begin), begin))
            languages = [ranking[0][0][2:-2] for ranking in self.model.detect_language(encoded)]
            self.generate(encoded, list(map(self.prompt, languages)))

    def generate(self, encoded: Any, prompts: list[list[int]], tokens: int = TOKENS) -> None:
        """Decode so many *tokens* of each row."""
        results = self.model.generate(
            encoded,
            prompts,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **DECODING | {"beam_size": self.beam, "max_length": 2 * tokens},
        )
        check_lengths([result.sequences_ids[0] for result in results], tokens)

    def prompt(self, language: str) -> list[int]:
        """Return what asks for a transcript in *language*."""
        prompt: list[int] = self._whisper.get_prompt(self._tokenizer(language), [])
        return prompt

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer, multilingual=True, task="transcribe", language=language
            )
        return self._tokenizers[language]
