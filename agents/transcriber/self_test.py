"""Lets each model transcribe a bundled recording before it is trusted with anybody's."""

import time
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import Enum

import structlog

from agents.demo import DemoRecording, recordings
from agents.errors import DependencyUnavailable, EngineError, EngineFailed, PipelineError
from agents.health import Health
from agents.transcriber import transcript
from agents.transcriber.engine import EngineOptions, ServedModel
from agents.transcriber.hearing import Hearing, hear
from agents.transcriber.intake import IntakeState
from agents.transcriber.step import Workbench

log = structlog.get_logger()

AGAIN_AFTER_S = 15.0
"""Time until a model that failed is tried again, in seconds."""

WORDS_AT_LEAST = 1 / 3
"""Share of the recording's words that a model which works must find: the smallest ones mishear
much of a synthetic voice, while a broken one finds none."""

LANGUAGE = "en"
"""Of the bundled recording."""


class Verdict(Enum):
    """How a self-test ended."""

    RIGHT = "right"
    WRONG = "wrong"
    EMPTY = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class SelfTest:
    """What a model made of the bundled recording."""

    model: str
    device: str
    expected: str
    text: str
    audio_s: float
    took_s: float

    @property
    def verdict(self) -> Verdict:
        """Whether the model can be trusted."""
        if not self.text:
            return Verdict.EMPTY
        return Verdict.RIGHT if self.words_found >= WORDS_AT_LEAST else Verdict.WRONG

    @property
    def words_found(self) -> float:
        """Share of the expected words that are in the text, in order."""
        expected, said = _words(self.expected), _words(self.text)
        matches = SequenceMatcher(None, expected, said, autojunk=False).get_matching_blocks()
        return sum(match.size for match in matches) / len(expected)

    @property
    def real_time_factor(self) -> float:
        """Seconds of work for a second of sound."""
        return self.took_s / self.audio_s


async def self_test(bench: Workbench, model: ServedModel) -> SelfTest:
    """Let *model* transcribe the bundled recording, the way that all recordings go.

    Raises:
        EngineError: it failed.

    """
    clip = recordings()[0]
    began = time.monotonic()
    text, audio_s = await _heard(clip, bench, model)
    return SelfTest(
        model=model.name,
        device=model.device,
        expected=clip.text,
        text=text,
        audio_s=audio_s,
        took_s=time.monotonic() - began,
    )


async def _heard(clip: DemoRecording, bench: Workbench, model: ServedModel) -> tuple[str, float]:
    hearing = Hearing(
        recording_id="self-test",
        model=model.name,
        hint=LANGUAGE if LANGUAGE in model.languages else None,
        runner=bench.runner,
        budget=bench.budget,
    )
    with clip.path.open("rb") as file:
        intake = IntakeState(file, bench.listener, model.chunk_policy, EngineOptions())
        async with (
            aclosing(intake.chunks()) as chunks,
            aclosing(hear(chunks, hearing)) as stream,
        ):
            heard = [chunk async for chunk in stream]
        audio_s = intake.decoding.info.duration_ms / 1000
    return " ".join(part.text for part in transcript.segments(heard)), audio_s


async def pass_self_tests(
    bench: Workbench, *, strict: Callable[[str], bool], restart: Callable[[], None], health: Health
) -> None:
    """Return once every model has passed; until then the worker is not ready, and says why.

    What fails is tried again with a new process, since a device that gives nonsense sometimes
    comes back; *strict* tells by a model's name whether it must find the right words.
    """
    for model in bench.runner.served.values():
        while (fault := await _fault(bench, model, strict=strict(model.name))) is not None:
            log.error("self-test failed", model=model.name, fault=str(fault))
            with health.waiting_for(_cause(model, fault)):
                await bench.clock.sleep(AGAIN_AFTER_S)
            restart()


async def _fault(bench: Workbench, model: ServedModel, *, strict: bool) -> PipelineError | None:
    """Return what is wrong with *model*; None where it can be trusted."""
    try:
        test = await self_test(bench, model)
    except (EngineError, DependencyUnavailable) as error:
        return error
    said = f"expected {test.expected!r}, heard {test.text!r}"
    log.info("self-test", model=model.name, verdict=test.verdict.value, took_s=test.took_s)
    if test.verdict is Verdict.EMPTY or (test.verdict is Verdict.WRONG and strict):
        return EngineFailed(said)
    if test.verdict is Verdict.WRONG:
        log.warning("self-test found other words", model=model.name, fault=said)
    return None


def _cause(model: ServedModel, fault: PipelineError) -> str:
    if isinstance(fault, DependencyUnavailable):
        return fault.dependency
    return f"self-test of {model.name}"


def _words(text: str) -> list[str]:
    letters = (character if character.isalnum() else " " for character in text.casefold())
    return "".join(letters).split()
