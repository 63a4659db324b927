"""What a worker and the process of its engines say to each other, pickled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from agents.errors import DependencyUnavailable, EngineFailed, PipelineError, SettingsError
from agents.transcriber.engine import Chunk, ChunkText, ServedModel
from agents.transcriber.models import ModelSource

EngineName = Literal["faster-whisper", "torch"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the process is to load: the first thing that it is told."""

    engine: EngineName
    sources: tuple[ModelSource, ...]
    chunk: str | None = None
    device: str = "auto"


@dataclass(frozen=True, slots=True)
class Request:
    """A batch for one model."""

    model: str
    batch: Sequence[Chunk]


@dataclass(frozen=True, slots=True)
class Loaded:
    """All models are loaded."""

    served: tuple[ServedModel, ...]


@dataclass(frozen=True, slots=True)
class Texts:
    """What was said in a batch."""

    texts: list[ChunkText]


@dataclass(frozen=True, slots=True, kw_only=True)
class GpuUse:
    """How much of a GPU is in use."""

    memory_bytes: int
    utilisation: float
    """Share of the last second in which it was busy."""


@dataclass(frozen=True, slots=True)
class Beat:
    """The process lives, and how its GPU is, where it has one."""

    gpu: GpuUse | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """An error; exceptions themselves lose their attributes on the way."""

    kind: Literal["settings", "dependency", "engine"]
    message: str
    dependency: str = ""
    out_of_memory: bool = False
    engine_broken: bool = False

    @classmethod
    def of(cls, error: Exception) -> "Failure":
        """Return what tells of *error*; one of no known kind is the engine's."""
        match error:
            case SettingsError():
                return cls(kind="settings", message=str(error))
            case DependencyUnavailable():
                return cls(kind="dependency", message=str(error), dependency=error.dependency)
            case EngineFailed():
                return cls(
                    kind="engine",
                    message=str(error),
                    out_of_memory=error.out_of_memory,
                    engine_broken=error.engine_broken,
                )
            case _:
                return cls(kind="engine", message=f"the speech engine failed: {error!r}")

    @property
    def error(self) -> PipelineError:
        """The error told of."""
        if self.kind == "settings":
            return SettingsError(self.message)
        if self.kind == "dependency":
            return DependencyUnavailable(self.dependency, self.message)
        return EngineFailed(
            self.message, out_of_memory=self.out_of_memory, engine_broken=self.engine_broken
        )


Answer = Loaded | Texts | Beat | Failure
