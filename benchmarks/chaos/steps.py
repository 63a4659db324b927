"""The work of the workers under test: pauses of random length in place of models."""

import asyncio
import os
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from agents.delivery.stage import Job
from agents.errors import AudioUndecodable, DependencyUnavailable, EngineFailed
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from benchmarks.chaos.recordings import Kind
from schemas import (
    AudioReceived,
    DiaryReady,
    Generator,
    RecordedAtSource,
    Segment,
    Status,
    TranscriptReady,
    ids,
)

LONGEST_S = 0.3
"""Longest pause, in seconds."""
UNAVAILABLE = 0.005
"""Share of attempts that find their dependency away, and so wait for it."""


@asynccontextmanager
async def transcriber_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build a transcriber that hears nothing."""
    yield host.unordered(host.stage("transcriber", AudioReceived), _transcribe)


@asynccontextmanager
async def diarist_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build a diarist that writes always the same."""
    yield host.unordered(host.stage("diarist", TranscriptReady), _write)


async def _transcribe(event: AudioReceived, job: Job) -> Sequence[TranscriptReady]:
    await _work()
    if event.recording_id.startswith(Kind.HOPELESS):
        raise AudioUndecodable
    if event.recording_id.startswith(Kind.FLAKY) and job.attempt == 1:
        raise EngineFailed
    return [_transcript(event)]


async def _write(event: TranscriptReady, job: Job) -> Sequence[DiaryReady]:
    del job
    await _work()
    if event.recording_id.startswith(Kind.UNWRITABLE):
        raise EngineFailed
    return [_entry(event)]


async def _work() -> None:
    await asyncio.sleep(random.uniform(0, LONGEST_S))
    if random.random() < UNAVAILABLE:
        raise DependencyUnavailable("model")


def _transcript(event: AudioReceived) -> TranscriptReady:
    if event.recorded_at is None:
        raise AudioUndecodable
    content = event.content_sha256 or ""
    return TranscriptReady(
        user_id=event.user_id,
        recording_id=event.recording_id,
        transcript_id=ids.transcript_id(
            event, content_sha256=content, engine="chaos", model="chaos", params_hash="0"
        ),
        status=Status.OK,
        recorded_at=event.recorded_at,
        recorded_at_source=RecordedAtSource.DEVICE,
        ended_at=event.recorded_at,
        time_zone="UTC",
        diary_date=event.recorded_at.date(),
        language="en",
        duration_ms=1000,
        speech_ms=1000,
        segments=(Segment(index=0, start_ms=0, end_ms=1000, text="Hello."),),
        text_sha256=content,
        engine="chaos",
        model="chaos",
        params_hash="0",
        processing_ms=0,
        audio_uri=event.audio_uri,
        content_sha256=content,
        warnings=(f"by {os.getpid()}",),
    )


def _entry(event: TranscriptReady) -> DiaryReady:
    return DiaryReady(
        user_id=event.user_id,
        entry_id=ids.entry_id(event.transcript_id, writer="chaos", model="", prompt_version="1"),
        recording_id=event.recording_id,
        transcript_id=event.transcript_id,
        status=event.status,
        diary_date=event.diary_date,
        recorded_at=event.recorded_at,
        recorded_at_source=event.recorded_at_source,
        ended_at=event.ended_at,
        time_zone=event.time_zone,
        duration_ms=event.duration_ms,
        speech_ms=event.speech_ms,
        words=1,
        text_sha256=event.text_sha256,
        content_sha256=event.content_sha256,
        language="en",
        title="A word",
        narrative="Hello.",
        summary="Hello.",
        generator=_NOBODY,
        warnings=(f"by {os.getpid()}",),
    )


_NOBODY = Generator(
    provider="chaos",
    model="",
    prompt_version="1",
    fallback=False,
    input_tokens=0,
    output_tokens=0,
    cached_tokens=0,
    cost_micros=0,
    cache_hit=False,
    latency_ms=0,
)
