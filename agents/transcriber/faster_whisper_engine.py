"""The speech engine on faster-whisper and CTranslate2: whole batches, one encoder pass each."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import groupby
from pathlib import Path
from typing import Any

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import _LANGUAGE_CODES, Tokenizer
from faster_whisper.transcribe import get_suppressed_tokens, merge_punctuations
from faster_whisper.utils import download_model
from numpy.typing import NDArray

from agents.errors import DependencyUnavailable, EngineFailed, SettingsError
from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy, read_chunk_policy
from agents.transcriber.engine import Chunk, ChunkText, TextSegment
from agents.transcriber.models import SETTING, ModelSource, check_folder, weights_sha256
from agents.transcriber.quality import compression_ratio, is_loop, is_silence
from agents.transcriber.samples import SAMPLE_RATE_HZ
from agents.transcriber.whisper_tokens import TokenSegment, average_logprob, split_by_timestamps
from agents.transcriber.whisper_words import words_by_segment

CPU_ROWS = 2
"""Rows per batch on a CPU: more gain nothing there and make neighbours wait."""

GPU_ROWS = 16
"""Rows per batch on a GPU."""

BIG_MODEL_BYTES = 500 << 20
"""Weights larger than this are turned to int8 on a CPU; smaller ones stay as they are stored."""

DECODING: dict[str, Any] = {
    "beam_size": 5,
    "patience": 1,
    "length_penalty": 1,
    "suppress_blank": True,
    "max_initial_timestamp_index": 50,
    "max_length": 448,
}
"""faster-whisper's own defaults at temperature 0, so that its text and ours are the same."""

NO_LOOP = {"no_repeat_ngram_size": 3}
"""How a row that repeats itself is decoded once more, without time stamps and without chance."""

_MAX_WINDOWS = 12
"""Windows per chunk; a model that never comes to its end is not followed for ever."""

_MIN_ALIGN_FRAMES = 2
_FRAMES_PER_S = 100
_OPENING, _CLOSING = "\"'“¿([{-", "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 - as faster-whisper's

_Array = NDArray[np.float32]


@dataclass(slots=True, kw_only=True)
class _RowState:
    """One chunk on its way through the model; `seek` counts frames of 10 ms."""

    chunk: Chunk
    features: _Array
    frames: int
    language: str
    language_probability: float = 1.0
    history: list[int] = field(default_factory=list)
    segments: list[TextSegment] = field(default_factory=list)
    seek: int = 0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Window:
    """What the encoder made of a row from its `seek` on, and how the decoder is to begin."""

    row: _RowState
    encoded: Any
    prompt: list[int]
    frames: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Heard:
    """What the decoder said about one window."""

    tokens: list[int]
    avg_logprob: float
    no_speech_prob: float
    ratio: float


class FasterWhisperEngine:
    """A Whisper model in CTranslate2's format."""

    name = "faster-whisper"

    def __init__(self, loaded: WhisperModel, source: ModelSource, policy: ChunkPolicy) -> None:
        if source.folder is None:
            raise ValueError("a loaded model has a folder")
        self._whisper = loaded
        self._model = loaded.model
        self._on_gpu = self._model.device == "cuda"
        self._tokenizers: dict[str, Tokenizer] = {}
        self._source = source
        self.model = source.name
        self.weights_sha256 = weights_sha256(source.folder)
        self.chunk_policy = policy
        self.batch_rows = GPU_ROWS if self._on_gpu else CPU_ROWS

    @property
    def parameters(self) -> Mapping[str, str | float | bool]:
        """What the text depends on besides the weights."""
        return {**DECODING, **NO_LOOP}

    @cached_property
    def languages(self) -> frozenset[str]:
        """The languages that the model has a token for, or was said to know."""
        if not self._model.is_multilingual:
            return frozenset({"en"})
        token = self._whisper.hf_tokenizer.token_to_id
        named = frozenset(code for code in _LANGUAGE_CODES if token(f"<|{code}|>") is not None)
        return named & (self._source.languages or named)

    def warm_up(self) -> None:
        """Transcribe a second of silence."""
        silence = np.zeros(SAMPLE_RATE_HZ, np.float32)
        self.transcribe([Chunk(samples=silence, start_ms=0, speech_ms=0)])

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        try:
            rows = [self._row(chunk) for chunk in batch]
            for _ in range(_MAX_WINDOWS):
                unread = [row for row in rows if row.seek < row.frames]
                if not unread:
                    break
                self._read_windows(unread)
        except (RuntimeError, ValueError) as error:
            raise EngineFailed(f"the speech engine failed: {error}") from error
        return [_text(row) for row in rows]

    def _read_windows(self, rows: list[_RowState]) -> None:
        """Read the next window of each of *rows*."""
        encoded = self._encode([_window_features(row) for row in rows])
        self._detect_languages(rows, encoded)
        for window, heard in self._decode(list(map(self._window, rows, encoded))):
            self._take(window, heard)

    def _row(self, chunk: Chunk) -> _RowState:
        features = self._whisper.feature_extractor(chunk.samples)
        prompt = chunk.options.initial_prompt
        return _RowState(
            chunk=chunk,
            features=features,
            frames=max(1, features.shape[-1] - 1),
            language=chunk.options.language or "",
            history=self._any_tokenizer.encode(f" {prompt.strip()}") if prompt else [],
        )

    def _encode(self, windows: list[_Array]) -> list[Any]:
        """Encode *windows*: all at once on a GPU; one by one on a CPU, which is quicker there."""
        batches = [windows] if self._on_gpu else [[window] for window in windows]
        encoded = (self._model.encode(_storage(batch), to_cpu=self._on_gpu) for batch in batches)
        return [row for output in encoded for row in np.array(output)]

    def _detect_languages(self, rows: list[_RowState], encoded: list[Any]) -> None:
        if not self._model.is_multilingual:
            for row in rows:
                row.language = "en"
            return
        unknown = [(row, item) for row, item in zip(rows, encoded, strict=True) if not row.language]
        if not unknown:
            return
        found = self._model.detect_language(_storage([item for _, item in unknown]))
        for (row, _), ranking in zip(unknown, found, strict=True):
            row.language, row.language_probability = next(
                (token[2:-2], float(probability))
                for token, probability in ranking
                if token[2:-2] in self.languages
            )

    def _window(self, row: _RowState, encoded: Any) -> _Window:
        prompt = self._whisper.get_prompt(self._tokenizer(row.language), row.history)
        size = min(self._whisper.feature_extractor.nb_max_frames, row.frames - row.seek)
        return _Window(row=row, encoded=encoded, prompt=prompt, frames=size)

    def _decode(self, windows: list[_Window]) -> Iterator[tuple[_Window, _Heard]]:
        """Decode in groups of equal prompt length: one call takes no others."""
        windows = sorted(windows, key=lambda window: len(window.prompt))
        for _, group in groupby(windows, key=lambda window: len(window.prompt)):
            rows = list(group)
            yield from zip(rows, self._generate(rows), strict=True)

    def _generate(self, windows: list[_Window], **changes: Any) -> list[_Heard]:
        results = self._model.generate(
            _storage([window.encoded for window in windows]),
            [window.prompt for window in windows],
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **(DECODING | changes),
        )
        return [self._heard(result) for result in results]

    def _heard(self, result: Any) -> _Heard:
        tokens = result.sequences_ids[0]
        return _Heard(
            tokens=tokens,
            avg_logprob=average_logprob(result.scores[0], len(tokens)),
            no_speech_prob=result.no_speech_prob,
            ratio=compression_ratio(self._any_tokenizer.decode(tokens).strip()),
        )

    def _take(self, window: _Window, heard: _Heard) -> None:
        """Add what was heard to the window's row and move the row on."""
        if is_loop(heard.ratio):
            heard = self._without_loop(window, heard)
        row, begin = window.row, self._any_tokenizer.timestamp_begin
        read = split_by_timestamps(heard.tokens, begin, window.frames / _FRAMES_PER_S)
        advanced = 0 if read.read_s is None else round(read.read_s * _FRAMES_PER_S)
        silent = is_silence(heard.no_speech_prob, heard.avg_logprob)
        segments = read.segments
        if read.read_s is not None and (silent or not advanced):
            segments += _tail(read.read_s, window, read.rest)
        row.segments.extend(self._segments(window, heard, segments))
        row.history.extend(token for segment in segments for token in segment.tokens)
        row.seek = row.seek + advanced if advanced and not silent else row.frames

    def _without_loop(self, window: _Window, heard: _Heard) -> _Heard:
        prompt = [*window.prompt, self._any_tokenizer.no_timestamps]
        again = self._generate([replace(window, prompt=prompt)], **NO_LOOP)[0]
        return again if again.ratio < heard.ratio else heard

    def _segments(
        self, window: _Window, heard: _Heard, parts: Sequence[TokenSegment]
    ) -> list[TextSegment]:
        offset_s, limit_s = _offset_s(window), window.row.frames / _FRAMES_PER_S
        tokenizer = self._tokenizer(window.row.language)
        kept = [
            (part, text)
            for part in parts
            if (text := tokenizer.decode(part.tokens)).strip() and part.start_s != part.end_s
        ]
        segments = [
            TextSegment(
                start_s=min(limit_s, offset_s + part.start_s),
                end_s=min(limit_s, offset_s + part.end_s),
                text=text,
                avg_logprob=heard.avg_logprob,
                no_speech_prob=heard.no_speech_prob,
                compression_ratio=heard.ratio,
            )
            for part, text in kept
        ]
        if not segments or not window.row.chunk.options.word_timestamps:
            return segments
        words = self._words(window, [part for part, _ in kept])
        return [replace(item, words=share) for item, share in zip(segments, words, strict=True)]

    def _words(self, window: _Window, parts: Sequence[TokenSegment]) -> list[Any]:
        """Align the words of one window; CTranslate2 aligns one language per call."""
        tokenizer = self._tokenizer(window.row.language)
        tokens = [[token for token in part.tokens if token < tokenizer.eot] for part in parts]
        [alignment] = self._whisper.find_alignment(
            tokenizer,
            [[token for part in tokens for token in part]],
            _storage([window.encoded]),
            max(_MIN_ALIGN_FRAMES, window.frames),
        )
        merge_punctuations(alignment, _OPENING, _CLOSING)
        return words_by_segment(alignment, [len(part) for part in tokens], _offset_s(window))

    def _tokenizer(self, language: str) -> Tokenizer:
        if language not in self._tokenizers:
            self._tokenizers[language] = Tokenizer(
                self._whisper.hf_tokenizer, self._model.is_multilingual, "transcribe", language
            )
        return self._tokenizers[language]

    @cached_property
    def _any_tokenizer(self) -> Tokenizer:
        """A tokenizer for what all languages share."""
        return self._tokenizer(min(self.languages))

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
    source = replace(source, folder=_folder(source))
    policy = read_chunk_policy(source.folder or Path())
    if chunk is not None:
        policy = parse_chunk_policy(chunk, policy)
    model = _load(source.folder or Path(), device)
    try:
        yield FasterWhisperEngine(model, source, policy)
    finally:
        model.model.unload_model()


def _folder(source: ModelSource) -> Path:
    if source.folder is not None:
        return source.folder
    try:
        folder = Path(download_model(source.name))
    except ValueError as error:
        raise SettingsError(f"{SETTING}={source.name!r}: {error}") from error
    except OSError as error:
        raise DependencyUnavailable(
            "model-hub",
            f"{SETTING}={source.name!r} cannot be downloaded ({error}); "
            "a folder with a converted model needs no download",
        ) from error
    check_folder(folder, f"{SETTING}={source.name!r}")
    return folder


def _load(folder: Path, device: str) -> WhisperModel:
    gpu = device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0)
    big = (folder / "model.bin").stat().st_size > BIG_MODEL_BYTES
    compute_type = "float16" if gpu else "int8" if big else "default"
    try:
        return WhisperModel(
            str(folder),
            device="cuda" if gpu else "cpu",
            compute_type=compute_type,
            local_files_only=True,
        )
    except (RuntimeError, ValueError, OSError) as error:
        raise SettingsError(
            f"{SETTING}: the model in {str(folder)!r} cannot be loaded: {error}"
        ) from error


def _storage(rows: Iterable[Any]) -> ctranslate2.StorageView:
    return ctranslate2.StorageView.from_array(np.stack(list(rows)))


def _window_features(row: _RowState) -> _Array:
    window: _Array = pad_or_trim(row.features[:, row.seek : row.frames])
    return window


def _offset_s(window: _Window) -> float:
    return window.row.seek / _FRAMES_PER_S


def _tail(read_s: float, window: _Window, rest: tuple[int, ...]) -> tuple[TokenSegment, ...]:
    """Keep what was said about the end of a window that no further window will look at."""
    end_s = window.frames / _FRAMES_PER_S
    return (TokenSegment(start_s=read_s, end_s=end_s, tokens=rest),) if rest else ()


def _text(row: _RowState) -> ChunkText:
    return ChunkText(
        segments=tuple(row.segments),
        language=row.language,
        language_probability=row.language_probability,
    )
