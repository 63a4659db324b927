"""The speech engine on faster-whisper and CTranslate2: whole batches, one encoder pass each."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import _LANGUAGE_CODES, Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations

from agents.errors import EngineFailed
from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy, read_chunk_policy
from agents.transcriber.engine import Chunk, ChunkText, ServedModel, TextSegment, Word
from agents.transcriber.faster_whisper_model import fetch_model, load_model
from agents.transcriber.languages import choose_language
from agents.transcriber.models import ModelSource, weights_sha256
from agents.transcriber.quality import compression_ratio, is_loop
from agents.transcriber.whisper_rows import (
    FRAMES_PER_S,
    Features,
    Heard,
    RowState,
    Said,
    Window,
    in_groups,
    take,
)
from agents.transcriber.whisper_tokens import average_logprob
from agents.transcriber.whisper_words import words_by_segment

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

_MAX_WINDOWS = 12
"""Windows per chunk; a model that never comes to its end is not followed for ever."""

_MIN_ALIGN_FRAMES = 2
_OPENING, _CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - as faster-whisper's

Words = tuple[Word, ...]


class _Encoded:
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


class FasterWhisperEngine:
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
            batch_rows=GPU_ROWS if self._on_gpu else CPU_ROWS,
        )

    def _languages(self, source: ModelSource) -> frozenset[str]:
        """Return the languages that the model has a token for, or was said to know."""
        if not self._model.is_multilingual:
            return frozenset({"en"})
        token = self._whisper.hf_tokenizer.token_to_id
        named = frozenset(code for code in _LANGUAGE_CODES if token(f"<|{code}|>") is not None)
        return named & (source.languages or named)

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        try:
            rows = [self._row(chunk) for chunk in batch]
            for _ in range(_MAX_WINDOWS):
                unread = [row for row in rows if row.seek < row.frames]
                if not unread:
                    break
                self._read_windows(unread)
        except (RuntimeError, ValueError, MemoryError) as error:
            raise EngineFailed(
                f"the speech engine failed: {error}", out_of_memory=_is_out_of_memory(error)
            ) from error
        return [row.text for row in rows]

    def _row(self, chunk: Chunk) -> RowState:
        features = self._whisper.feature_extractor(chunk.samples)
        prompt = chunk.options.initial_prompt
        return RowState(
            chunk=chunk,
            features=features,
            frames=max(1, features.shape[-1] - 1),
            history=self._any_tokenizer.encode(f" {prompt.strip()}") if prompt else [],
        )

    def _read_windows(self, rows: list[RowState]) -> None:
        """Read the next window of each of *rows*."""
        encoded = self._encode([_window_features(row) for row in rows])
        self._detect_languages(rows, encoded)
        windows = [self._window(row, at) for at, row in enumerate(rows)]
        heard = self._decode(windows, encoded, **DECODING)
        heard = self._without_loops(windows, heard, encoded)
        said = [self._take(window, one) for window, one in zip(windows, heard, strict=True)]
        words = self._words(said, encoded)
        for one, shares in zip(said, words, strict=True):
            one.window.row.segments.extend(map(_with_words, one.segments, shares))

    def _encode(self, windows: list[Features]) -> _Encoded:
        """Encode *windows*: all at once on a GPU; one by one on a CPU, which is quicker there."""
        batches = [windows] if self._on_gpu else [[window] for window in windows]
        return _Encoded(
            [
                self._model.encode(ctranslate2.StorageView.from_array(np.stack(batch)))
                for batch in batches
            ]
        )

    def _detect_languages(self, rows: list[RowState], encoded: _Encoded) -> None:
        """Choose the language of those that have none yet: it is that of a chunk's first window."""
        unknown = [at for at, row in enumerate(rows) if not row.language]
        if not self._model.is_multilingual:
            for at in unknown:
                rows[at].language = "en"
        elif unknown:
            rankings = self._model.detect_language(encoded.pick(unknown))
            for at, ranking in zip(unknown, rankings, strict=True):
                self._choose_language(rows[at], ranking)

    def _choose_language(self, row: RowState, ranking: Iterable[tuple[str, float]]) -> None:
        known = [
            (token[2:-2], float(probability))
            for token, probability in ranking
            if token[2:-2] in self.served.languages
        ]
        prior, speech_ms = row.chunk.options.prior, row.chunk.speech_ms
        row.language, row.language_probability = choose_language(
            known, prior=prior, speech_ms=speech_ms
        )

    def _window(self, row: RowState, encoded: int) -> Window:
        prompt = self._whisper.get_prompt(self._tokenizer(row.language), row.history)
        size = min(self._whisper.feature_extractor.nb_max_frames, row.frames - row.seek)
        return Window(row=row, encoded=encoded, prompt=prompt, seek=row.seek, frames=size)

    def _decode(self, windows: Sequence[Window], encoded: _Encoded, **options: Any) -> list[Heard]:
        """Decode *windows* in groups of equal prompt length: one call takes no others."""

        def decode(group: list[Window]) -> list[Heard]:
            results = self._model.generate(
                encoded.pick([window.encoded for window in group]),
                [window.prompt for window in group],
                suppress_tokens=self._suppressed,
                return_scores=True,
                return_no_speech_prob=True,
                **options,
            )
            return [self._heard(result) for result in results]

        return in_groups(windows, lambda window: str(len(window.prompt)), decode)

    def _heard(self, result: Any) -> Heard:
        tokens = result.sequences_ids[0]
        return Heard(
            tokens=tokens,
            avg_logprob=average_logprob(result.scores[0], len(tokens)),
            no_speech_prob=result.no_speech_prob,
            ratio=compression_ratio(self._any_tokenizer.decode(tokens).strip()),
        )

    def _without_loops(
        self, windows: Sequence[Window], heard: list[Heard], encoded: _Encoded
    ) -> list[Heard]:
        """Decode anew those that repeat themselves: without chance, then with it where allowed."""
        looping = [at for at, one in enumerate(heard) if is_loop(one.ratio)]
        heard = self._decode_again(looping, windows, heard, encoded, **DECODING | NO_LOOP)
        hopeless = [
            at
            for at in looping
            if is_loop(heard[at].ratio) and windows[at].row.chunk.options.last_resort
        ]
        return self._decode_again(hopeless, windows, heard, encoded, **DECODING | SAMPLING)

    def _decode_again(
        self,
        places: Sequence[int],
        windows: Sequence[Window],
        heard: list[Heard],
        encoded: _Encoded,
        **options: Any,
    ) -> list[Heard]:
        """Return *heard* with what is better of a second try, without time stamps, at *places*."""
        untimed = self._any_tokenizer.no_timestamps
        tries = [replace(windows[at], prompt=[*windows[at].prompt, untimed]) for at in places]
        better = list(heard)
        for at, again in zip(places, self._decode(tries, encoded, **options), strict=True):
            if again.ratio < heard[at].ratio:
                better[at] = replace(again, sampled="sampling_temperature" in options)
        return better

    def _take(self, window: Window, heard: Heard) -> Said:
        tokenizer = self._tokenizer(window.row.language)
        begin = tokenizer.timestamp_begin
        return take(window, heard, timestamp_begin=begin, decode=tokenizer.decode)

    def _words(self, said: Sequence[Said], encoded: _Encoded) -> list[list[Words]]:
        """Return the words of each segment, aligned where they were asked for."""
        asking = list(filter(_wants_words, said))

        def align(group: list[Said]) -> list[list[Words]]:
            return self._align(group, encoded)

        # CTranslate2 aligns one language per call.
        aligned = iter(in_groups(asking, lambda one: one.window.row.language, align))
        return [next(aligned) if _wants_words(one) else [()] * len(one.segments) for one in said]

    def _align(self, group: Sequence[Said], encoded: _Encoded) -> list[list[Words]]:
        tokenizer = self._tokenizer(group[0].window.row.language)
        texts = [
            [[token for token in tokens if token < tokenizer.eot] for tokens in one.tokens]
            for one in group
        ]
        alignments = self._whisper.find_alignment(
            tokenizer,
            [[token for tokens in text for token in tokens] for text in texts],
            encoded.pick([one.window.encoded for one in group]),
            [max(_MIN_ALIGN_FRAMES, one.window.frames) for one in group],
        )
        shared = []
        for one, text, alignment in zip(group, texts, alignments, strict=True):
            merge_punctuations(alignment, _OPENING, _CLOSING)
            offset_s = one.window.seek / FRAMES_PER_S
            shared.append(words_by_segment(alignment, [len(tokens) for tokens in text], offset_s))
        return shared

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


def _window_features(row: RowState) -> Features:
    window: Features = pad_or_trim(row.features[:, row.seek : row.frames])
    return window


def _wants_words(said: Said) -> bool:
    return bool(said.segments) and said.window.row.chunk.options.word_timestamps


def _with_words(segment: TextSegment, words: Words) -> TextSegment:
    return replace(segment, words=words)


def _is_out_of_memory(error: Exception) -> bool:
    """Tell CTranslate2's complaints about memory from others: they have no type of their own."""
    return isinstance(error, MemoryError) or "out of memory" in str(error).lower()
