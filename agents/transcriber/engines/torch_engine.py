"""The speech engine on torch and transformers: whole batches on NVIDIA, AMD and Apple GPUs."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np

from agents.errors import SettingsError
from agents.transcriber.chunk_policy import ChunkPolicy, parse_chunk_policy, read_chunk_policy
from agents.transcriber.engine import ServedModel
from agents.transcriber.engines.torch_decoding import (
    ATTEMPTS,
    MAX_FIRST_STAMP,
    MAX_LENGTH,
    SpokenState,
)
from agents.transcriber.engines.whisper_alignment import timed_words, token_starts_s, words_of
from agents.transcriber.engines.whisper_engine import Attempt, Encoded, Ranking, WhisperEngine
from agents.transcriber.engines.whisper_rows import Features, Heard
from agents.transcriber.engines.whisper_words import with_punctuation
from agents.transcriber.models import (
    SETTING,
    TRANSFORMERS,
    ModelSource,
    check_folder,
    takes_prompts,
    weights_sha256,
)
from agents.transcriber.prompt import PROMPT_FORM
from agents.transcriber.quality import compression_ratio
from agents.transcriber.samples import Samples

if TYPE_CHECKING:
    from agents.transcriber.engines.torch_model import TorchWhisper

NAME = "torch"

CPU_ROWS, GPU_ROWS = 2, 16
"""Rows per batch, as the faster-whisper engine's."""

_DIGITS = 4
"""Decimals of probabilities: those behind them depend on how many rows are worked on at once."""


class _EncodedRows:
    """What the encoder made of some windows, on the device."""

    def __init__(self, rows: Any) -> None:
        self._rows = rows

    def pick(self, places: Sequence[int]) -> Any:
        """Return the rows at *places*, in that order."""
        return self._rows[list(places)]


class TorchEngine(WhisperEngine):
    """A Whisper model in transformers' format."""

    def __init__(self, loaded: "TorchWhisper", source: ModelSource, policy: ChunkPolicy) -> None:
        if source.folder is None:
            raise ValueError("a loaded model has a folder")
        self._whisper = loaded
        self._vocabulary = loaded.vocabulary
        self._on_gpu = loaded.device != "cpu"
        self.served = ServedModel(
            engine=NAME,
            name=source.name,
            weights_sha256=weights_sha256(source.folder, TRANSFORMERS),
            parameters={
                "max_length": MAX_LENGTH,
                "max_initial_timestamp_index": MAX_FIRST_STAMP,
                **{attempt.value: repr(how) for attempt, how in ATTEMPTS.items()},
            },
            chunk_policy=policy,
            languages=self._languages(source),
            takes_prompts=takes_prompts(source.folder),
            prompt_form=PROMPT_FORM,
            device=str(loaded.device),
            rows_add_up=not self._on_gpu,
            batch_rows=GPU_ROWS if self._on_gpu else CPU_ROWS,
        )

    def _languages(self, source: ModelSource) -> frozenset[str]:
        """Return the languages that the model has a token for, or was said to know."""
        named = frozenset(self._vocabulary.languages) or frozenset({"en"})
        return named & (source.languages or named)

    def _features(self, samples: Samples) -> Features:
        return self._whisper.features(samples)

    def _encode(self, windows: list[Features]) -> Encoded:
        return _EncodedRows(self._whisper.encode(windows))

    def _rank_languages(self, encoded: Any) -> Sequence[Ranking]:
        languages = self._vocabulary.languages
        if not languages:
            return [[("en", 1.0)]] * len(encoded)
        rows = self._whisper.language_shares(encoded, list(languages.values()))
        return [
            sorted(
                ((code, round(share, _DIGITS)) for code, share in zip(languages, row, strict=True)),
                key=lambda ranked: -ranked[1],
            )
            for row in rows
        ]

    def _prompt(self, language: str, history: list[int]) -> list[int]:
        return self._vocabulary.prompt(language, history)

    def _generate(self, encoded: Any, prompts: list[list[int]], attempt: Attempt) -> list[Heard]:
        return [
            self._heard(spoken)
            for spoken in self._whisper.generate(encoded, prompts, ATTEMPTS[attempt])
        ]

    def _heard(self, spoken: SpokenState) -> Heard:
        return Heard(
            tokens=spoken.tokens,
            avg_logprob=round(spoken.avg_logprob, _DIGITS),
            no_speech_prob=round(spoken.no_speech_prob, _DIGITS),
            ratio=compression_ratio(self._read(spoken.tokens).strip()),
        )

    def _align(
        self, language: str, texts: list[list[int]], encoded: Any, frames: list[int]
    ) -> list[list[Mapping[str, Any]]]:
        prompt = [*self._vocabulary.prompt(language, ()), self._vocabulary.no_timestamps]
        looks = self._whisper.attend(encoded, [prompt] * len(texts), texts)
        aligned = []
        for tokens, (attention, shares), count in zip(texts, looks, frames, strict=True):
            heard = attention[..., : max(1, count // 2)]
            heard = heard / np.maximum(heard.sum(-1, keepdims=True), np.finfo(np.float32).tiny)
            words = words_of(tokens, language, self._read)
            aligned.append(with_punctuation(timed_words(words, token_starts_s(heard), shares)))
        return aligned

    def _spell(self, text: str) -> list[int]:
        return self._vocabulary.spell(text)

    def _read(self, tokens: Sequence[int]) -> str:
        return self._vocabulary.read(tokens)

    @property
    def _end_of_text(self) -> int:
        return self._vocabulary.end

    @property
    def _no_timestamps(self) -> int:
        return self._vocabulary.no_timestamps


@contextmanager
def open_engine(
    source: ModelSource, *, chunk: str | None = None, device: str = "auto"
) -> Iterator[TorchEngine]:
    """Load the model in the folder of *source*, give its engine, and free its memory at the end.

    *chunk* is the text of DAYBOOK_CHUNK; *device* is one of torch's, such as `cuda`, `cuda:1`,
    `mps` or `cpu`. Blocking, for seconds.

    Raises:
        SettingsError: torch is not installed, or the model cannot be loaded; names the cure.

    """
    if source.folder is None:
        raise SettingsError(
            f"{SETTING}={source.name!r}: the torch engine takes a folder that holds a Whisper "
            "model in transformers' format, such as a copy of openai/whisper-large-v3"
        )
    check_folder(source.folder, f"{SETTING}={source.name!r}", TRANSFORMERS)
    policy = read_chunk_policy(source.folder)
    if chunk is not None:
        policy = parse_chunk_policy(chunk, policy)
    try:
        # Only here: it takes seconds, and who has no use for this engine need not install it.
        from agents.transcriber.engines.torch_model import TorchWhisper  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError(
            f"the torch engine needs more packages ({error}): pip install 'daybook[torch]'"
        ) from error
    loaded = TorchWhisper(source.folder, device)
    try:
        yield TorchEngine(loaded, source, policy)
    finally:
        loaded.close()
