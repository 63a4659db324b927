"""The speech engine on faster-whisper and CTranslate2: whole batches, one encoder pass each."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy, read_chunk_policy
from agents.transcriber.engine import ServedModel
from agents.transcriber.engines.faster_whisper_model import fetch_model, load_model
from agents.transcriber.engines.whisper_engine import Attempt, Encoded, Ranking, WhisperEngine
from agents.transcriber.engines.whisper_languages import LANGUAGES
from agents.transcriber.engines.whisper_rows import Features, Heard
from agents.transcriber.engines.whisper_tokens import average_logprob
from agents.transcriber.engines.whisper_words import CLOSING, OPENING
from agents.transcriber.models import ModelSource, takes_prompts, weights_sha256
from agents.transcriber.prompt import PROMPT_FORM
from agents.transcriber.quality import compression_ratio
from agents.transcriber.samples import Samples

NAME = "faster-whisper"

CPU_ROWS = 2
"""Rows per batch on a CPU: more gain nothing there and make neighbours wait."""

GPU_ROWS = 16
"""Rows per batch on a GPU."""

DECODING: dict[str, Any] = {
    "beam_size": 5,
    "patience": 1,
    "length_penalty": 1,
    "suppress_blank": True,
    "max_initial_timestamp_index": 50,
    "max_length": 448,
}
"""faster-whisper's own defaults at temperature 0, so that its text and ours are the same."""

NO_LOOP: dict[str, Any] = {"beam_size": 1, "no_repeat_ngram_size": 3}
"""How a row that repeats itself is decoded once more, without time stamps and without chance."""

SAMPLING: dict[str, Any] = {
    "beam_size": 1,
    "num_hypotheses": 5,
    "sampling_topk": 0,
    "sampling_temperature": 0.6,
}
"""How it is decoded as a last resort: the likeliest of five drawn, in the middle of the range of
temperatures that Whisper's own fallback goes through."""

_ATTEMPTS: dict[Attempt, dict[str, Any]] = {
    Attempt.FIRST: {},
    Attempt.NO_LOOP: NO_LOOP,
    Attempt.SAMPLED: SAMPLING,
}


class _EncodedRows:
    """What the encoder made of some windows; rows leave the GPU only where some are picked."""

    def __init__(self, outputs: Sequence[Any]) -> None:
        self._outputs = outputs

    def pick(self, places: Sequence[int]) -> Any:
        """Return the rows at *places*, in that order."""
        if len(self._outputs) == 1 and list(places) == list(range(self._outputs[0].shape[0])):
            return self._outputs[0]
        return ctranslate2.StorageView.from_array(np.stack([self._rows[at] for at in places]))

    @cached_property
    def _rows(self) -> list[Features]:
        on_cpu = (output.to_device(ctranslate2.Device.cpu) for output in self._outputs)
        return [row for output in on_cpu for row in np.array(output)]


class FasterWhisperEngine(WhisperEngine):
    """A Whisper model in CTranslate2's format."""

    def __init__(self, loaded: WhisperModel, source: ModelSource, policy: ChunkPolicy) -> None:
        if source.folder is None:
            raise ValueError("a loaded model has a folder")
        self._whisper = loaded
        self._model = loaded.model
        self._on_gpu = self._model.device == "cuda"
        self._tokenizers: dict[str, Tokenizer] = {}
        self.served = ServedModel(
            engine=NAME,
            name=source.name,
            weights_sha256=weights_sha256(source.folder),
            parameters={**DECODING, "no_loop": repr(NO_LOOP), "sampling": repr(SAMPLING)},
            chunk_policy=policy,
            languages=self._languages(source),
            takes_prompts=takes_prompts(source.folder),
            prompt_form=PROMPT_FORM,
            device=str(self._model.device),
            rows_add_up=not self._on_gpu,
            batch_rows=GPU_ROWS if self._on_gpu else CPU_ROWS,
        )

    def _languages(self, source: ModelSource) -> frozenset[str]:
        """Return the languages that the model has a token for, or was said to know."""
        if not self._model.is_multilingual:
            return frozenset({"en"})
        token = self._whisper.hf_tokenizer.token_to_id
        named = frozenset(code for code in LANGUAGES if token(f"<|{code}|>") is not None)
        return named & (source.languages or named)

    def _features(self, samples: Samples) -> Features:
        features: Features = self._whisper.feature_extractor(samples)
        return features

    def _encode(self, windows: list[Features]) -> Encoded:
        """Encode *windows*: all at once on a GPU; one by one on a CPU, which is quicker there."""
        batches = [windows] if self._on_gpu else [[window] for window in windows]
        return _EncodedRows(
            [
                self._model.encode(ctranslate2.StorageView.from_array(np.stack(batch)))
                for batch in batches
            ]
        )

    def _rank_languages(self, encoded: Any) -> Sequence[Ranking]:
        if not self._model.is_multilingual:
            return [[("en", 1.0)]] * encoded.shape[0]
        return [
            [(token[2:-2], float(probability)) for token, probability in ranking]
            for ranking in self._model.detect_language(encoded)
        ]

    def _prompt(self, language: str, history: list[int]) -> list[int]:
        prompt: list[int] = self._whisper.get_prompt(self._tokenizer(language), history)
        return prompt

    def _generate(self, encoded: Any, prompts: list[list[int]], attempt: Attempt) -> list[Heard]:
        results = self._model.generate(
            encoded,
            prompts,
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **DECODING | _ATTEMPTS[attempt],
        )
        return [self._heard(result) for result in results]

    def _heard(self, result: Any) -> Heard:
        tokens = result.sequences_ids[0]
        return Heard(
            tokens=tokens,
            avg_logprob=average_logprob(result.scores[0], len(tokens)),
            no_speech_prob=result.no_speech_prob,
            ratio=compression_ratio(self._read(tokens).strip()),
        )

    def _align(
        self, language: str, texts: list[list[int]], encoded: Any, frames: list[int]
    ) -> list[list[Mapping[str, Any]]]:
        tokenizer = self._tokenizer(language)
        alignments: list[list[Mapping[str, Any]]] = self._whisper.find_alignment(
            tokenizer, texts, encoded, frames
        )
        for alignment in alignments:
            merge_punctuations(alignment, OPENING, CLOSING)
        return alignments

    def _spell(self, text: str) -> list[int]:
        tokens: list[int] = self._any_tokenizer.encode(text)
        return tokens

    def _read(self, tokens: Sequence[int]) -> str:
        return str(self._any_tokenizer.decode(tokens))

    @property
    def _end_of_text(self) -> int:
        return int(self._any_tokenizer.eot)

    @property
    def _no_timestamps(self) -> int:
        return int(self._any_tokenizer.no_timestamps)

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer, self._model.is_multilingual, "transcribe", language
            )
        return self._tokenizers[language]

    @cached_property
    def _any_tokenizer(self) -> Tokenizer:
        """A tokenizer for what all languages share."""
        return self._tokenizer(min(self.served.languages))

    @cached_property
    def _suppressed(self) -> list[int]:
        return list(get_suppressed_tokens(self._any_tokenizer, [-1]) or ())


@contextmanager
def open_engine(
    source: ModelSource, *, chunk: str | None = None, device: str = "auto"
) -> Iterator[FasterWhisperEngine]:
    """Load the model of *source*, give its engine, and free its memory at the end.

    *chunk* is the text of DAYBOOK_CHUNK. Blocking, for seconds.

    Raises:
        SettingsError: the model is unknown or cannot be loaded; names the setting.
        DependencyUnavailable: a model known by name cannot be downloaded now.

    """
    folder = fetch_model(source)
    policy = read_chunk_policy(folder)
    if chunk is not None:
        policy = parse_chunk_policy(chunk, policy)
    model = load_model(folder, device)
    try:
        yield FasterWhisperEngine(model, replace(source, folder=folder), policy)
    finally:
        model.model.unload_model()
