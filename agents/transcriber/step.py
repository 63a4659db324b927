"""The transcriber's own work: from a recording that was received to its transcript."""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, aclosing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import time

from agents import metrics
from agents.delivery.clock import Clock
from agents.storage.artefacts import ArtefactStore
from agents.storage.audio import Audio, AudioStore
from agents.storage.owner import Owner
from agents.tracing import step_span
from agents.transcriber.audio_budget import AudioBudgetState
from agents.transcriber.diarizer import Diarizer
from agents.transcriber.engine import Chunk, EngineOptions
from agents.transcriber.hearing import Hearing, hear
from agents.transcriber.intake import IntakeState, Listener
from agents.transcriber.keyed_locks import KeyedLocksState
from agents.transcriber.languages import asked_language
from agents.transcriber.models import choose_served
from agents.transcriber.progress import Progress, ProgressState
from agents.transcriber.results import Heard, Results
from agents.transcriber.serving.runner import EngineRunner
from agents.transcriber.speakers import SpeakersState
from agents.transcriber.transcript import HeardChunk
from agents.transcriber.transcript_event import transcript_event
from schemas import AudioReceived, StageState, TranscriptReady, UserSettings, without_wishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Workbench:
    """Everything that the transcriber works with, and its rules."""

    runner: EngineRunner
    audio: AudioStore
    artefacts: ArtefactStore
    budget: AudioBudgetState
    listener: Listener
    clock: Clock
    day_start: time
    word_timestamps: bool = True
    diarizer: Diarizer | None = None
    wishes: Callable[[str, str], UserSettings] = without_wishes
    """What a person wishes, by tenant and user."""
    locks: KeyedLocksState = field(default_factory=KeyedLocksState)


async def transcribe(
    event: AudioReceived, *, bench: Workbench, progress: Progress
) -> TranscriptReady:
    """Return the transcript of the recording that *event* tells of.

    What was heard in the same person's same bytes before, with the same parameters, is not heard
    again.

    Raises:
        AudioError: the recording cannot be had or decoded.
        EngineError: the model is not served, the language not known, or the engine failed.
        DependencyUnavailable: a store named in the settings does not answer.

    """
    began_s = bench.clock.monotonic()
    wishes = bench.wishes(event.tenant_id, event.user_id)
    model = choose_served(event.whisper_model, bench.runner.served)
    asked_language(event.language_hint, model)
    results = Results(
        event=event,
        model=model,
        options={"words": bench.word_timestamps},
        artefacts=bench.artefacts,
        diarizer=bench.diarizer.name if bench.diarizer is not None and event.diarize else None,
        names=wishes.names,
    )
    heard = await results.recall_claimed()
    if heard is None:
        heard = await _fetched_and_heard(event, results, bench=bench, progress=progress)
        await results.remember_claim(heard)
    with shown_step("keep"):
        finished = await transcript_event(
            results,
            heard,
            now=bench.clock.now(),
            day_start=wishes.day_starts_at(bench.day_start),
        )
    _count(finished)
    elapsed_s = bench.clock.monotonic() - began_s
    return replace(finished, processing_ms=round(elapsed_s * 1000))


async def _fetched_and_heard(
    event: AudioReceived, results: Results, *, bench: Workbench, progress: Progress
) -> Heard:
    progress(StageState.FETCHING, None)
    async with AsyncExitStack() as stack:
        with shown_step("fetch"):
            opening = bench.audio.open(
                event.audio_uri,
                owner=Owner(tenant=event.tenant_id, user=event.user_id),
                sha256=event.content_sha256,
                size_bytes=event.size_bytes,
            )
            audio = await stack.enter_async_context(opening)
        # Whoever comes with the same bytes meanwhile waits, and finds them heard.
        await stack.enter_async_context(bench.locks.holding(results.working_key(audio.sha256)))
        known = await results.recall(audio.sha256)
        if known is not None:
            return replace(known, name=audio.name)
        teller = ProgressState(progress, event.duration_ms)
        text = await results.recall_text(audio.sha256)
        with shown_step("hear"):
            heard = await _listen(audio, results, bench=bench, teller=teller, text=text)
        await results.remember(heard)
        return heard


async def _listen(
    audio: Audio,
    results: Results,
    *,
    bench: Workbench,
    teller: ProgressState,
    text: Heard | None,
) -> Heard:
    """Transcribe while decoding; hold a few chunks of sound at most, never the recording.

    Where the *text* is known, only its speakers are told apart.
    """
    teller.begin()
    event, model = results.event, results.model
    options = EngineOptions(
        initial_prompt=event.initial_prompt if model.takes_prompts else None,
        names=results.names if model.takes_prompts else (),
        word_timestamps=bench.word_timestamps,
    )
    intake = IntakeState(audio.file, bench.listener, model.chunk_policy, options)
    heard: list[HeardChunk] = []
    hearing = Hearing(
        recording_id=event.recording_id,
        model=model.name,
        hint=asked_language(event.language_hint, model),
        runner=bench.runner,
        budget=bench.budget,
    )
    speakers = SpeakersState(bench.diarizer if event.diarize else None)
    async with (
        aclosing(intake.chunks()) as chunks,
        aclosing(speakers.listen(chunks)) as passing,
        aclosing(hear(passing, hearing) if text is None else _again(passing, text)) as stream,
    ):
        async for chunk in stream:
            heard.append(chunk)
            teller.tell(chunk.end_ms, intake.decoding.claimed_ms)
    told = await speakers.told_apart(heard)
    metrics.STEP_SECONDS.labels("decode").observe(intake.decode_s)
    metrics.STEP_SECONDS.labels("voice").observe(intake.voice_s)
    known_as = text.recording_id if text and told.diarizer is None else event.recording_id
    return Heard(
        recording_id=known_as,
        content_sha256=audio.sha256,
        name=audio.name,
        chunks=told.chunks,
        info=intake.decoding.info,
        diarizer=told.diarizer,
    )


async def _again(chunks: AsyncIterator[Chunk], text: Heard) -> AsyncGenerator[HeardChunk, None]:
    """Let *chunks* pass, and yield the *text* that was heard in them before."""
    async for _ in chunks:
        pass
    for heard in text.chunks:
        yield heard


@contextmanager
def shown_step(name: str) -> Iterator[None]:
    """Measure one step of a recording's way, and open a span for it."""
    with step_span(f"transcriber {name}"), metrics.STEP_SECONDS.labels(name).time():
        yield


def _count(finished: TranscriptReady) -> None:
    seconds = metrics.TRANSCRIBED_SECONDS.labels(finished.engine, finished.model)
    seconds.inc(finished.duration_ms / 1000)
    for warning in finished.warnings:
        metrics.TRANSCRIPT_WARNINGS.labels(warning).inc()
