"""Everyone who hears the same clips: faster-whisper, bare loops over the model, and ourselves."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.audio import pad_or_trim
from faster_whisper.tokenizer import Tokenizer

from agents.delivery.clock import SystemClock
from agents.demo import MODEL_DIR
from agents.settings import Settings
from agents.transcriber.demo_model import DEMO_MODEL
from agents.transcriber.engines.faster_whisper_engine import DECODING, open_engine
from agents.transcriber.step import Workbench, transcribe
from agents.transcriber.workbench import open_workbench
from benchmarks.speech.clips import Clip
from schemas import AudioReceived

Hear = Callable[[Sequence[Clip]], list[str]]
"""Hears all clips and returns their texts, in order."""

IN_FLIGHT = 16
"""Recordings at the same time in our whole step: a worker's default."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contender:
    """One way to hear the clips."""

    name: str
    what: str
    hear: Hear


@contextmanager
def contenders(settings: Settings) -> Iterator[list[Contender]]:
    """Give everyone, loaded and ready."""
    plain = WhisperModel(str(MODEL_DIR), device="cpu", local_files_only=True)
    with open_engine(DEMO_MODEL, device="cpu") as engine, asyncio.Runner() as runner:
        opened = open_workbench(settings, SystemClock())
        bench = runner.run(opened.__aenter__())

        def batches(rows: int) -> Hear:
            return lambda clips: _batches(engine, clips, rows)

        def step(*, words: bool) -> Hear:
            asked = replace(bench, word_timestamps=words)
            return lambda clips: runner.run(_together(asked, clips))

        try:
            yield [
                Contender(
                    name="faster-whisper",
                    what="faster-whisper 1.2.1, one clip after the other, language unknown",
                    hear=lambda clips: [_plain(plain, clip) for clip in clips],
                ),
                Contender(
                    name="bare loop",
                    what="CTranslate2 alone: encode once, detect, decode; one clip after the other",
                    hear=lambda clips: _bare(plain, clips),
                ),
                Contender(name="engine, 1 row", what="our engine, 1 row a batch", hear=batches(1)),
                Contender(
                    name="engine, 2 rows", what="our engine, 2 rows a batch", hear=batches(2)
                ),
                Contender(
                    name="step",
                    what="our whole step from WAV files: fetch, confined decoding, voice activity, "
                    "batches of many recordings in the engine's process",
                    hear=step(words=False),
                ),
                Contender(
                    name="step with words",
                    what="the same with the time of every word",
                    hear=step(words=True),
                ),
            ]
        finally:
            runner.run(opened.__aexit__(None, None, None))


def _plain(model: WhisperModel, clip: Clip) -> str:
    segments, _ = model.transcribe(str(clip.path), vad_filter=True, temperature=0.0)
    return "".join(segment.text for segment in segments).strip()


def _bare(whisper: WhisperModel, clips: Sequence[Clip]) -> list[str]:
    tokenizers: dict[str, Tokenizer] = {}
    texts = []
    for clip in clips:
        features = pad_or_trim(whisper.feature_extractor(clip.samples))
        encoded = whisper.model.encode(ctranslate2.StorageView.from_array(features[None]))
        language = whisper.model.detect_language(encoded)[0][0][0][2:-2]
        if language not in tokenizers:
            tokenizers[language] = Tokenizer(
                whisper.hf_tokenizer, multilingual=True, task="transcribe", language=language
            )
        prompt = whisper.get_prompt(tokenizers[language], [])
        [said] = whisper.model.generate(encoded, [prompt], **DECODING)
        texts.append(tokenizers[language].decode(said.sequences_ids[0]).strip())
    return texts


def _batches(engine: Any, clips: Sequence[Clip], rows: int) -> list[str]:
    texts = []
    for start in range(0, len(clips), rows):
        heard = engine.transcribe([clip.chunk for clip in clips[start : start + rows]])
        texts += ["".join(segment.text for segment in one.segments).strip() for one in heard]
    return texts


async def _together(bench: Workbench, clips: Sequence[Clip]) -> list[str]:
    room = asyncio.Semaphore(IN_FLIGHT)

    async def hear(clip: Clip) -> str:
        async with room:
            return await heard_by_step(bench, clip.path)

    return await asyncio.gather(*map(hear, clips))


async def heard_by_step(bench: Workbench, path: Path) -> str:
    """Return the text of the recording at *path*, heard anew: each time for another person."""
    event = AudioReceived(
        user_id=f"person-{next(_PERSONS)}", recording_id=path.stem, audio_uri=path.as_uri()
    )
    found = await transcribe(event, bench=bench, progress=lambda *_: None)
    return " ".join(segment.text for segment in found.segments)


def _counting() -> Iterator[int]:
    number = 0
    while True:
        yield number
        number += 1


_PERSONS = _counting()
