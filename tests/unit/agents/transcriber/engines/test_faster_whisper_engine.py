import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from faster_whisper import WhisperModel

from agents.errors import EngineFailed, SettingsError
from agents.transcriber.engine import Chunk, ChunkText, EngineOptions
from agents.transcriber.engines import whisper_engine, whisper_rows
from agents.transcriber.engines.faster_whisper_engine import FasterWhisperEngine, open_engine
from agents.transcriber.models import ModelSource
from tests.support import random_whisper
from tests.support.audio import babble, noise

CLIPS = [
    babble(1 + seed % 11, seed) if seed % 2 else noise(1 + seed, seed=seed) for seed in range(24)
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_whisper.build(tmp_path_factory.mktemp("whisper"), seed=2)


@pytest.fixture
def engine(folder: Path) -> Iterator[FasterWhisperEngine]:
    with open_engine(ModelSource(name="random", folder=folder), device="cpu") as engine:
        yield engine


def ours(text: ChunkText) -> tuple[str, list[Any]]:
    return text.language, [
        (part.text, round(part.start_s, 2), round(part.end_s, 2)) for part in text.segments
    ]


def theirs(model: WhisperModel, samples: Any) -> tuple[str, list[Any]]:
    segments, info = model.transcribe(
        samples,
        temperature=0,
        compression_ratio_threshold=None,
        log_prob_threshold=None,
        no_speech_threshold=None,
    )
    limit_s = len(samples) / 16_000
    return info.language, [
        (part.text, round(min(limit_s, part.start), 2), round(min(limit_s, part.end), 2))
        for part in segments
    ]


def test_hears_what_faster_whisper_hears(
    engine: FasterWhisperEngine, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text, times and language, on clips that are read in one window and in several."""
    monkeypatch.setattr(whisper_engine, "is_loop", lambda _: False)
    monkeypatch.setattr(whisper_rows, "is_silence", lambda *_: False)
    plain = WhisperModel(str(folder), device="cpu", local_files_only=True)

    texts = engine.transcribe([Chunk(samples=clip, start_ms=0, speech_ms=0) for clip in CLIPS])

    assert [ours(text) for text in texts] == [theirs(plain, clip) for clip in CLIPS]


def test_decodes_a_looping_chunk_again_without_repetition(engine: FasterWhisperEngine) -> None:
    """Random weights loop readily; what comes out must not repeat itself more than before."""
    chunks = [Chunk(samples=clip, start_ms=0, speech_ms=0) for clip in CLIPS[:6]]

    ratios = [
        segment.compression_ratio for text in engine.transcribe(chunks) for segment in text.segments
    ]

    assert max(ratios, default=0) < 10


def test_rows_with_prompts_of_different_people_are_decoded_in_one_call(
    engine: FasterWhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[list[int]] = []
    generate = engine._generate

    def counted(encoded: Any, prompts: list[list[int]], attempt: Any) -> Any:
        calls.append([len(prompt) for prompt in prompts])
        return generate(encoded, prompts, attempt)

    monkeypatch.setattr(engine, "_generate", counted)
    monkeypatch.setattr(whisper_engine, "is_loop", lambda _: False)
    asked = [
        EngineOptions(names=("Ana",)),
        EngineOptions(names=("Ben", "Dora")),
        EngineOptions(initial_prompt="In the park.", names=("Eve",)),
    ]
    rows = [Chunk(samples=CLIPS[1], start_ms=0, speech_ms=0, options=one) for one in asked]
    engine.transcribe(rows)

    first = calls[0]
    assert (len(first), len(set(first))) == (3, 1)


def test_running_out_of_memory_says_so_and_lets_go_of_what_was_held(
    engine: FasterWhisperEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    held: list[weakref.ref[Any]] = []

    def encode(_: object) -> None:
        output = np.ones(1000)
        held.append(weakref.ref(output))
        raise RuntimeError("CUDA failed with error out of memory")

    monkeypatch.setattr(engine, "_encode", encode)
    with pytest.raises(EngineFailed) as failed:
        engine.transcribe([Chunk(samples=CLIPS[0], start_ms=0, speech_ms=0)])

    assert failed.value.out_of_memory
    assert [output() for output in held] == [None]


def test_a_folder_that_is_no_model_names_the_setting(tmp_path: Path) -> None:
    folder = random_whisper.build(tmp_path / "broken")
    (folder / "model.bin").write_bytes(b"not a model")

    with pytest.raises(SettingsError, match=r"DAYBOOK_WHISPER_MODEL.*broken.*cannot be loaded"):
        open_engine(ModelSource(name="broken", folder=folder), device="cpu").__enter__()


def test_an_unknown_name_names_the_setting() -> None:
    with pytest.raises(SettingsError, match="DAYBOOK_WHISPER_MODEL='huge-v9'"):
        open_engine(ModelSource(name="huge-v9", folder=None)).__enter__()


def test_takes_the_chunk_policy_of_the_setting_over_the_models(folder: Path) -> None:
    source = ModelSource(name="random", folder=folder)

    with open_engine(source, chunk="silence_ms=250,merge=false", device="cpu") as engine:
        assert engine.served.chunk_policy.silence_ms == 250
        assert not engine.served.chunk_policy.merge


def test_knows_no_language_but_those_it_was_taught(folder: Path) -> None:
    source = ModelSource(name="random", folder=folder, languages=frozenset({"de", "fr"}))

    with open_engine(source, device="cpu") as engine:
        [text] = engine.transcribe([Chunk(samples=CLIPS[1], start_ms=0, speech_ms=0)])

        assert engine.served.languages == {"de"}
        assert text.language == "de"
