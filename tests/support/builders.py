"""Builds events with sensible defaults: a test names only what it is about."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from schemas import (
    AudioReceived,
    DiaryReady,
    Generator,
    RecordedAtSource,
    Segment,
    Status,
    TranscriptReady,
)

MORNING = datetime(2026, 11, 18, 8, 10, tzinfo=UTC)
"""A Wednesday, 09:10 in Berlin."""

_SENTENCE_MS = 4_000


def an_audio_received(**changes: Any) -> AudioReceived:
    """Build an event for a recording of Ada's made on a Wednesday morning in Berlin."""
    event = AudioReceived(
        recording_id="rec-1",
        user_id="ada",
        audio_uri="file:///recordings/rec-1.opus",
        content_sha256=_sha256("rec-1"),
        recorded_at=MORNING,
        recorded_at_source=RecordedAtSource.DEVICE,
        time_zone="Europe/Berlin",
    )
    return replace(event, **changes)


def a_segment(text: str, *, index: int = 0, **changes: Any) -> Segment:
    """Build a segment of four seconds, following on the one before it."""
    start_ms = index * _SENTENCE_MS
    segment = Segment(index=index, start_ms=start_ms, end_ms=start_ms + _SENTENCE_MS, text=text)
    return replace(segment, **changes)


def a_transcript(*texts: str | Segment, **changes: Any) -> TranscriptReady:
    """Build a transcript with one segment per text; none makes it EMPTY."""
    segments = tuple(
        text if isinstance(text, Segment) else a_segment(text, index=index)
        for index, text in enumerate(texts)
    )
    recording_id = changes.get("recording_id", "rec-1")
    recorded_at = changes.get("recorded_at", MORNING)
    duration_ms = max([segment.end_ms for segment in segments], default=_SENTENCE_MS)
    transcript = TranscriptReady(
        user_id="ada",
        recording_id=recording_id,
        transcript_id=f"transcript-of-{recording_id}",
        status=Status.OK if segments else Status.EMPTY,
        recorded_at=recorded_at,
        recorded_at_source=RecordedAtSource.DEVICE,
        ended_at=recorded_at + timedelta(milliseconds=duration_ms),
        time_zone="Europe/Berlin",
        diary_date=date(2026, 11, 18),
        language="en" if segments else None,
        duration_ms=duration_ms,
        speech_ms=duration_ms if segments else 0,
        segments=segments,
        text_sha256=_sha256(*(segment.text for segment in segments)),
        engine="fake",
        model="fake-1",
        params_hash="0",
        processing_ms=100,
        audio_uri=f"file:///recordings/{recording_id}.opus",
        content_sha256=_sha256(recording_id),
    )
    return replace(transcript, **changes)


def a_diary(**changes: Any) -> DiaryReady:
    """Build the offline entry of a recording of Ada's made on a Wednesday morning in Berlin."""
    recording_id = changes.get("recording_id", "rec-1")
    recorded_at = changes.get("recorded_at", MORNING)
    entry = DiaryReady(
        user_id="ada",
        entry_id=f"entry-of-{recording_id}",
        recording_id=recording_id,
        transcript_id=f"transcript-of-{recording_id}",
        revision=2,
        status=Status.OK,
        diary_date=date(2026, 11, 18),
        recorded_at=recorded_at,
        recorded_at_source=RecordedAtSource.DEVICE,
        ended_at=recorded_at + timedelta(seconds=30),
        time_zone="Europe/Berlin",
        duration_ms=30_000,
        speech_ms=25_000,
        words=6,
        text_sha256=_sha256(recording_id, "text"),
        content_sha256=_sha256(recording_id),
        language="en",
        title="Met Anna for coffee",
        narrative="I met Anna for coffee.",
        summary="I met Anna for coffee.",
        generator=a_generator(),
    )
    return replace(entry, **changes)


def a_generator(**changes: Any) -> Generator:
    """Build the facts of an offline writer's work."""
    generator = Generator(
        provider="extractive",
        model="",
        prompt_version="rules-1",
        fallback=False,
        input_tokens=0,
        output_tokens=0,
        cached_tokens=0,
        cost_micros=0,
        cache_hit=False,
        latency_ms=0,
    )
    return replace(generator, **changes)


def _sha256(*texts: str) -> str:
    return hashlib.sha256("\n".join(texts).encode()).hexdigest()
