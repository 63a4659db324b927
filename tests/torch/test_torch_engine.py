"""The torch engine over the contract of all engines, and beside the one on faster-whisper."""

import random
import shutil
import statistics
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from agents.demo import MODEL_LANGUAGES, recordings
from agents.errors import EngineFailed, SettingsError
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engine import Chunk, ChunkText, EngineOptions, TextSegment, Word
from agents.transcriber.engines import faster_whisper_engine, whisper_engine
from agents.transcriber.engines.torch_engine import TorchEngine, open_engine
from agents.transcriber.models import ModelSource
from tests.support.audio import babble
from tests.support.engine_contract import EngineContract
from tests.support.speech import all_recordings, chunks_of

torch = pytest.importorskip("torch", reason="`make test-torch` installs it and runs these")
transformers = pytest.importorskip("transformers")

FOLDER = Path(__file__).parents[1] / "data" / "demo_model_fp16"
SOURCE = ModelSource(name="demo-fp16", folder=FOLDER, languages=frozenset(MODEL_LANGUAGES))


@pytest.fixture(scope="module")
def engine() -> Iterator[TorchEngine]:
    with open_engine(SOURCE, device="cpu") as engine:
        yield engine


@pytest.fixture(scope="module")
def chunks() -> list[Chunk]:
    """Return the chunks of recordings in all languages, mixed."""
    files = [recording.path for recording in all_recordings()]
    chunks = [chunk for path in files for chunk in chunks_of(path, word_timestamps=True)]
    random.Random(1).shuffle(chunks)
    return chunks


@pytest.fixture(scope="module")
def expected(chunks: list[Chunk]) -> list[ChunkText]:
    """Return what the faster-whisper engine says without beams, which torch's does not have."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(faster_whisper_engine.DECODING, "beam_size", 1)
        with faster_whisper_engine.open_engine(DEMO_MODEL, device="cpu") as engine:
            return engine.transcribe(chunks)


@pytest.fixture(scope="module")
def texts(engine: TorchEngine, chunks: list[Chunk]) -> list[ChunkText]:
    """Return what the torch engine says, of all of them in one batch."""
    return engine.transcribe(chunks)


class TestTorchEngine(EngineContract):
    """As every other engine."""


def test_says_what_the_faster_whisper_engine_says(
    texts: list[ChunkText], expected: list[ChunkText]
) -> None:
    assert list(map(spoken, texts)) == list(map(spoken, expected))
    assert {text.language for text in texts} == set(MODEL_LANGUAGES)


def spoken(text: ChunkText) -> tuple[str, str]:
    return text.language, "".join(segment.text for segment in text.segments)


def test_hears_every_bundled_recording_exactly(engine: TorchEngine) -> None:
    """The expected text is that of who wrote the recordings, not of another engine."""
    heard = [engine.transcribe(chunks_of(recording.path)) for recording in recordings()]

    said = [" ".join(spoken(text)[1].strip() for text in parts) for parts in heard]
    assert said == [recording.text for recording in recordings()]


def test_one_by_one_gives_what_a_batch_gives(
    engine: TorchEngine, chunks: list[Chunk], texts: list[ChunkText]
) -> None:
    assert [engine.transcribe([chunk])[0] for chunk in chunks] == texts


def test_words_are_where_the_faster_whisper_engine_hears_them(
    texts: list[ChunkText], expected: list[ChunkText]
) -> None:
    ours, theirs = ([word for text in each for word in words(text)] for each in (texts, expected))

    assert [word.text for word in ours] == [word.text for word in theirs]
    away_s = [abs(a.start_s - b.start_s) for a, b in zip(ours, theirs, strict=True)]
    assert statistics.median(away_s) <= 0.04
    assert statistics.quantiles(away_s, n=10)[-1] <= 0.2


def words(text: ChunkText) -> list[Word]:
    return [word for segment in text.segments for word in segment.words]


def test_decodes_a_looping_window_again_and_by_chance_where_allowed(
    babbler: TorchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    chunks = [Chunk(samples=babble(2, seed), start_ms=0, speech_ms=2000) for seed in range(6)]
    lasting = [replace(chunk, options=EngineOptions(last_resort=True)) for chunk in chunks]

    tried, resorted = segments(babbler, chunks), segments(babbler, lasting)

    monkeypatch.setattr(whisper_engine, "is_loop", lambda _: False)
    untried = segments(babbler, chunks)
    assert worst_ratio(untried) > worst_ratio(tried) > worst_ratio(resorted)
    assert not any(part.sampled for part in tried)
    assert any(part.sampled for part in resorted)


def segments(engine: TorchEngine, chunks: list[Chunk]) -> list[TextSegment]:
    return [segment for text in engine.transcribe(chunks) for segment in text.segments]


def worst_ratio(segments: list[TextSegment]) -> float:
    return max(segment.compression_ratio for segment in segments)


@pytest.fixture(scope="module")
def babbler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TorchEngine]:
    """Load an untrained model: random weights loop readily."""
    folder = tmp_path_factory.mktemp("babbler")
    untrained(folder)
    with open_engine(ModelSource(name="babbler", folder=folder), device="cpu") as engine:
        yield engine


def untrained(folder: Path) -> None:
    shutil.copytree(FOLDER, folder, dirs_exist_ok=True)
    torch.manual_seed(2)
    model = transformers.WhisperForConditionalGeneration(
        transformers.WhisperConfig.from_pretrained(FOLDER)
    )
    model.generation_config = transformers.GenerationConfig.from_pretrained(FOLDER)
    model.save_pretrained(folder)


def test_running_out_of_memory_says_so(
    engine: TorchEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def encode(_: object) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory. Tried to allocate 2.00 GiB.")

    monkeypatch.setattr(engine._whisper, "encode", encode)
    with pytest.raises(EngineFailed, match="out of memory") as failed:
        engine.transcribe([Chunk(samples=babble(1), start_ms=0, speech_ms=1000)])

    assert failed.value.out_of_memory


def test_a_device_that_is_not_there_is_said() -> None:
    with pytest.raises(SettingsError, match="'warp'"), open_engine(SOURCE, device="warp"):
        pass


def test_damaged_weights_name_the_setting(tmp_path: Path) -> None:
    shutil.copytree(FOLDER, tmp_path, dirs_exist_ok=True)
    (tmp_path / "model.safetensors").write_bytes(b"not weights")

    damaged = ModelSource(name="damaged", folder=tmp_path)
    with pytest.raises(SettingsError, match="DAYBOOK_WHISPER_MODEL"), open_engine(damaged):
        pass
