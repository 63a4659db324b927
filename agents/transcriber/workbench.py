"""Builds everything that the transcriber works with, and closes it again."""

import asyncio
import os
from collections.abc import AsyncIterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AsyncExitStack, asynccontextmanager

from agents.delivery.clock import Clock
from agents.health import Health
from agents.settings import Settings
from agents.storage.artefacts import ArtefactStore
from agents.storage.audio import SpoolingAudioStore
from agents.storage.configured import audio_fetchers, open_artefacts
from agents.storage.kept_audio import KeptAudio
from agents.transcriber.audio_budget import AudioBudgetState
from agents.transcriber.decoding.decoder import DecodeLimits
from agents.transcriber.decoding.decoders import Decoders
from agents.transcriber.diarizer import Diarizer
from agents.transcriber.engine import TranscriptionEngine
from agents.transcriber.intake import Listener
from agents.transcriber.reference_diarizer import ReferenceDiarizer
from agents.transcriber.self_test import pass_self_tests
from agents.transcriber.serving.engines import Engines, EngineThread
from agents.transcriber.serving.opening import must_know_the_words, open_engines
from agents.transcriber.serving.runner import EngineRunner
from agents.transcriber.step import Workbench
from agents.transcriber.voice_activity import VoiceActivity

DIARIZERS: dict[str, Diarizer | None] = {"none": None, "reference": ReferenceDiarizer()}
"""The diarizers by their names in DAYBOOK_DIARIZER."""


@asynccontextmanager
async def open_workbench(
    settings: Settings, clock: Clock, engine: TranscriptionEngine | None = None
) -> AsyncIterator[Workbench]:
    """Load the configured models (or take *engine*), and give the workbench.

    Raises:
        SettingsError: the model or its chunk policy is wrong; names the setting.
        DependencyUnavailable: a model known by name cannot be downloaded now.

    """
    opening = EngineThread([engine]) if engine is not None else open_engines(settings)
    async with opening as engines, _workbench(settings, clock, engines) as bench:
        yield bench


@asynccontextmanager
async def open_tested_workbench(
    settings: Settings, clock: Clock, health: Health
) -> AsyncIterator[Workbench]:
    """Give the workbench of the configured models once they have passed their self-tests.

    Raises:
        SettingsError: a model or its chunk policy is wrong; names the setting.
        DependencyUnavailable: a model known by name cannot be downloaded now.

    """
    async with (
        open_engines(settings) as engines,
        _workbench(settings, clock, engines) as bench,
    ):
        if settings.self_test != "off":
            known = must_know_the_words(settings)
            strict = settings.self_test == "strict"
            await pass_self_tests(
                bench,
                strict=lambda model: strict or model in known,
                restart=engines.restart,
                health=health,
            )
        yield bench


@asynccontextmanager
async def _workbench(
    settings: Settings, clock: Clock, engines: Engines
) -> AsyncIterator[Workbench]:
    async with AsyncExitStack() as stack:
        artefacts = open_artefacts(settings)
        threads = stack.enter_context(_threads())
        decoders = stack.enter_context(Decoders(DecodeLimits(max_s=settings.audio_max_s)))
        yield Workbench(
            runner=await stack.enter_async_context(EngineRunner(engines)),
            audio=audio_store(settings, clock, artefacts),
            artefacts=artefacts,
            budget=AudioBudgetState(
                max_s=settings.in_flight_audio_s, max_bytes=settings.in_flight_audio_bytes
            ),
            listener=Listener(
                voice=await asyncio.to_thread(VoiceActivity),
                decoders=decoders,
                threads=threads,
            ),
            clock=clock,
            day_start=settings.day_start,
            word_timestamps=settings.word_timestamps,
            diarizer=DIARIZERS[settings.diarizer],
        )


def audio_store(settings: Settings, clock: Clock, artefacts: ArtefactStore) -> SpoolingAudioStore:
    """Return the store that reads what the settings allow; our own folder is always there."""
    settings.audio_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    return SpoolingAudioStore(
        audio_fetchers(settings, clock),
        spool_dir=settings.state_dir / "spool",
        max_bytes=settings.audio_max_bytes,
        kept=KeptAudio(artefacts) if settings.keep_audio else None,
    )


def _threads() -> ThreadPoolExecutor:
    """Return the threads that decode: as many as there are cores, for all recordings together."""
    return ThreadPoolExecutor(max_workers=os.cpu_count() or 2, thread_name_prefix="decode")
