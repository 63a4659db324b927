"""An engine that answers at once, to see everything around engines."""

import time
from collections.abc import Sequence

from agents.transcriber.chunk_policy import ChunkPolicy
from agents.transcriber.engine import Chunk, ChunkText, ServedModel, TextSegment
from agents.transcriber.samples import SAMPLE_RATE_HZ


class InstantEngine:
    """Says the same of every chunk; notes when it was first asked."""

    def __init__(self) -> None:
        self.first_asked_at: float | None = None
        self.served = ServedModel(
            engine="instant",
            name="instant",
            weights_sha256="0" * 64,
            parameters={"kind": "instant"},
            chunk_policy=ChunkPolicy(),
            languages=frozenset({"en"}),
            batch_rows=2,
        )

    def transcribe(self, batch: Sequence[Chunk]) -> list[ChunkText]:
        """Return the text of every chunk of *batch*."""
        if self.first_asked_at is None:
            self.first_asked_at = time.monotonic()
        return [_text(chunk) for chunk in batch]


def _text(chunk: Chunk) -> ChunkText:
    segment = TextSegment(
        start_s=0.0,
        end_s=len(chunk.samples) / SAMPLE_RATE_HZ,
        text=" A sentence of about as many words as somebody says in so much time.",
        avg_logprob=-0.1,
        no_speech_prob=0.0,
        compression_ratio=1.0,
    )
    return ChunkText(segments=(segment,), language="en", language_probability=1.0)
