"""What a speech engine is, in our own values; every engine passes one contract suite."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from agents.errors import DependencyUnavailable, EngineFailed
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.prompt import prompt_text
from agents.transcriber.samples import SAMPLES_PER_MS, Samples


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineOptions:
    """What a recording asks of the engine.

    `prior` is the language that a chunk is in unless it surely is in another one, as
    `languages.choose_language` says; None leaves it to the chunk alone. `initial_prompt` is the
    recording's own, and `names` are those that its person wants spelt right. `last_resort` allows
    chance, where nothing else gave text that does not repeat itself.
    """

    prior: str | None = None
    initial_prompt: str | None = None
    names: tuple[str, ...] = ()
    word_timestamps: bool = False
    last_resort: bool = False

    @property
    def prompt(self) -> str | None:
        """Everything that the model is to read first, as text."""
        return prompt_text(self.initial_prompt, self.names)


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
    """A stretch of text; times count from the start of its chunk.

    `sampled` says that chance had a hand in it: the same sound may give another text. Engines leave
    out `speaker`.
    """

    start_s: float
    end_s: float
    text: str
    avg_logprob: float
    no_speech_prob: float
    compression_ratio: float
    words: tuple[Word, ...] = ()
    sampled: bool = False
    speaker: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChunkText:
    """What was said in one chunk; `language_probability` None where the engine does not say."""

    segments: tuple[TextSegment, ...]
    language: str
    language_probability: float | None


class PartlyTranscribed(Exception):
    """Some rows of a batch failed by themselves; those that did not need not be done again.

    Whoever shares out the rows catches it, so it is none of the pipeline's errors.
    """

    def __init__(
        self, outcomes: "Sequence[ChunkText | EngineFailed | DependencyUnavailable]"
    ) -> None:
        super().__init__()
        self.outcomes = outcomes
        """One for each row, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedModel:
    """What is known of a loaded model."""

    engine: str
    """The engine's name, such as `faster-whisper`."""
    name: str
    """The model's name, as settings and events spell it."""
    weights_sha256: str
    """The sha256 of the weights; of the name, where the weights are on another machine."""
    parameters: Mapping[str, str | float | bool]
    """Everything else that the text depends on, whatever machine it runs on."""
    chunk_policy: ChunkPolicy
    """How this model wants speech to be cut."""
    languages: frozenset[str]
    """The languages that this model knows, as ISO 639 codes."""
    batch_rows: int
    """The most rows worth giving at once on this device."""
    device: str = ""
    """What it runs on, for people: `cpu`, `cuda`, or the address of a server."""
    takes_prompts: bool = True
    """Whether it was taught to go on from a prompt: one that was not writes nonsense after it."""
    prompt_form: str = ""
    """What becomes of a prompt's text, where that is more than handing it on: a parameter of texts
    that have a prompt, whose rows then have batches of their own."""
    rows_add_up: bool = False
    """Whether a batch takes about as long as its rows one after the other, as on a processor."""


class TranscriptionEngine(Protocol):
    """A loaded speech model.

    `transcribe` blocks and need not be thread-safe: one thread per engine calls it. The rows of
    a batch may be of different recordings and languages; the result has one item per row, in
    order, and a row's text does not depend on its neighbours. It raises `EngineFailed`,
    `DependencyUnavailable` where the model is served by another machine that does not answer,
    `PartlyTranscribed` where rows came to different ends, and nothing else of its own making.
    """

    @property
    def served(self) -> ServedModel:
        """What is known of the model."""
        ...

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        ...
