"""What a speech engine is, in our own values; every engine passes one contract suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.samples import SAMPLES_PER_MS, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What a recording asks of the engine; `language` None lets the engine detect it."""

    language: str | None = None
    initial_prompt: str | None = None
    word_timestamps: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chunk:
    """A piece of a recording, at most one window of the engine long.

    `start_ms` counts from the start of the recording; `speech_ms` is how much of it is speech.
    """

    samples: Samples
    start_ms: int
    speech_ms: int
    options: EngineOptions = EngineOptions()

    @property
    def end_ms(self) -> int:
        """Where it ends, from the start of the recording."""
        return self.start_ms + len(self.samples) // SAMPLES_PER_MS


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """A word and when it was said; times count from the start of its chunk."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSegment:
    """A stretch of text; times count from the start of its chunk."""

    start_s: float
    end_s: float
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    words: tuple[Word, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkText:
    """What was said in one chunk."""

    segments: tuple[TextSegment, ...]
    language: str
    language_probability: float


class TranscriptionEngine(Protocol):
    """A loaded speech model.

    `transcribe` blocks and need not be thread-safe: one thread per engine calls it. The rows of
    a batch may be of different recordings and languages; the result has one item per row, in
    order, and a row's text does not depend on its neighbours. It raises `EngineFailed`, and
    nothing else of its own making.
    """

    @property
    def name(self) -> str:
        """The engine's name, such as `faster-whisper`."""
        ...

    @property
    def model(self) -> str:
        """The model's name, as settings and events spell it."""
        ...

    @property
    def weights_sha256(self) -> str:
        """The sha256 of the model's weights."""
        ...

    @property
    def parameters(self) -> Mapping[str, str | float | bool]:
        """Everything else that the text depends on, whatever machine it runs on."""
        ...

    @property
    def chunk_policy(self) -> ChunkPolicy:
        """How this model wants speech to be cut."""
        ...

    @property
    def languages(self) -> frozenset[str]:
        """The languages that this model knows, as ISO 639 codes."""
        ...

    @property
    def batch_rows(self) -> int:
        """The most rows worth giving at once on this device."""
        ...

    def warm_up(self) -> None:
        """Run once through every stage, so that the first recording does not pay for it."""
        ...

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        ...
