"""Makes the event out of what was heard in a recording."""

from datetime import datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any

from agents.storage.segments import keep_words, with_segments
from agents.transcriber import transcript
from agents.transcriber.day import diary_date
from agents.transcriber.languages import majority
from agents.transcriber.recorded_at import RecordedAt, plausible_arrival, resolve_recorded_at
from agents.transcriber.results import Heard, Results
from agents.transcriber.speakers import speaker_warnings
from schemas import AudioReceived, Status, TranscriptReady
from schemas.ids import transcript_id


async def transcript_event(
    results: Results, heard: Heard, *, now: datetime, day_start: time
) -> TranscriptReady:
    """Return the transcript that *heard* makes; words and long texts go to the artefacts.

    Raises:
        DependencyUnavailable: the artefacts cannot be reached.

    """
    event, model, artefacts = results.event, results.model, results.artefacts
    recorded = resolve_recorded_at(
        event,
        time_tags=heard.info.time_tags,
        name=PurePosixPath(heard.name).stem,
        received_at=plausible_arrival(event.occurred_at, now),
    )
    parts = transcript.segments(heard.chunks)
    language = majority(chunk.language for chunk in heard.chunks if chunk.text.segments)
    parameters = results.parameters(heard.diarizer)
    finished = TranscriptReady(
        **_carried_on(event, recorded, day_start),
        transcript_id=transcript_id(
            event,
            content_sha256=heard.content_sha256,
            engine=model.engine,
            model=model.name,
            params_hash=parameters,
        ),
        status=Status.OK if parts else Status.EMPTY,
        ended_at=recorded.at + timedelta(milliseconds=heard.info.duration_ms),
        language=language.code if language else None,
        language_probability=language.share if language else None,
        duration_ms=heard.info.duration_ms,
        speech_ms=sum(chunk.speech_ms for chunk in heard.chunks),
        words_uri=await keep_words(transcript.words(heard.chunks), artefacts),
        text_sha256=transcript.text_sha256(parts),
        engine=model.engine,
        model=model.name,
        params_hash=parameters,
        processing_ms=0,
        content_sha256=heard.content_sha256,
        duplicate_of=None if heard.recording_id == event.recording_id else heard.recording_id,
        warnings=transcript.warnings(
            heard.chunks,
            (*heard.info.warnings, *recorded.warnings, *speaker_warnings(event, heard)),
        ),
    )
    return await with_segments(finished, parts, artefacts)


def _carried_on(event: AudioReceived, recorded: RecordedAt, day_start: time) -> dict[str, Any]:
    """Return what a transcript takes over from its recording's event, and its place in time."""
    return {
        "tenant_id": event.tenant_id,
        "user_id": event.user_id,
        "recording_id": event.recording_id,
        "audio_uri": event.audio_uri,
        "place": event.place,
        "device_id": event.device_id,
        "tags": event.tags,
        "time_zone": event.time_zone,
        "recorded_at": recorded.at,
        "recorded_at_source": recorded.source,
        "diary_date": diary_date(recorded.at, event.time_zone, day_start),
    }
