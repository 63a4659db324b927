"""Real speech: the chunks of recordings, cut as the transcriber cuts them."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from agents.demo import MODEL_DIR, DemoRecording, read_day, recordings
from agents.transcriber.chunk_policy import read_chunk_policy
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.intake import IntakeState, Listener
from agents.transcriber.voice_activity import VoiceActivity

_DATA = Path(__file__).parents[1] / "data" / "recordings"


def all_recordings() -> tuple[DemoRecording, ...]:
    """Return the bundled recordings and those of the tests: together of all demo languages."""
    return (*recordings(), *read_day(_DATA / "recordings.json", _DATA).recordings)


def chunks_of(path: Path, **options: object) -> list[Chunk]:
    asked = EngineOptions(**options)  # type: ignore[arg-type]  # a test's shorthand
    with (
        path.open("rb") as file,
        ThreadPoolExecutor(1) as threads,
        Decoders(DecodeLimits()) as decoders,
    ):
        listener = Listener(voice=VoiceActivity(), decoders=decoders, threads=threads)
        blocks = IntakeState(file, listener, read_chunk_policy(MODEL_DIR), asked)
        return [chunk for block in blocks for chunk in block]
