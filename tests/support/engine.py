"""An engine without a model: says how long each chunk is, in the language asked for."""

from collections.abc import Callable, Sequence

from agents.errors import EngineFailed
from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.engine import Chunk, ChunkText, ServedModel, TextSegment, Word
from agents.transcriber.samples import SAMPLE_RATE_HZ


class FakeEngine:
    """Keeps the sizes of its batches; a chunk that *breaks* says so fails its whole batch."""

    def __init__(
        self,
        *,
        policy: ChunkPolicy | None = None,
        batch_rows: int = 2,
        breaks: Callable[[Chunk], bool] = lambda _: False,
        says: Callable[[Chunk], str] = lambda chunk: f"{_seconds(chunk):.2f} seconds.",
    ) -> None:
        self.served = ServedModel(
            engine="fake",
            name="fake-model",
            weights_sha256="0" * 64,
            parameters={"kind": "fake"},
            chunk_policy=policy or ChunkPolicy(),
            languages=frozenset({"en", "de", "es"}),
            batch_rows=batch_rows,
        )
        self.batches: list[int] = []
        self._breaks = breaks
        self._says = says

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        self.batches.append(len(batch))
        if any(map(self._breaks, batch)):
            raise EngineFailed("this chunk breaks the engine")
        return [self._text(chunk) for chunk in batch]

    def _text(self, chunk: Chunk) -> ChunkText:
        seconds, text = _seconds(chunk), self._says(chunk)
        word = Word(text=text, start_s=0.0, end_s=seconds, probability=0.9)
        segment = TextSegment(
            start_s=0.0,
            end_s=seconds,
            text=f" {text}",
            avg_logprob=-0.1,
            no_speech_prob=0.01,
            compression_ratio=1.0,
            words=(word,) if chunk.options.word_timestamps else (),
        )
        return ChunkText(
            segments=(segment,) if len(chunk.samples) else (),
            language=chunk.options.prior or "en",
            language_probability=1.0,
        )


def _seconds(chunk: Chunk) -> float:
    return len(chunk.samples) / SAMPLE_RATE_HZ
