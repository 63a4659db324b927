"""Daybook's whole path: Avro, headers, ids, statuses; a step that makes a transcript of nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, cast

from agents.delivery.stage import Job as Attempt
from agents.delivery.stage import Stage
from agents.kafka.worker import stop_signal
from agents.logs import start_logging
from benchmarks.delivery.job import Job, job_of_arguments
from benchmarks.delivery.ours import host_of
from schemas import AudioReceived, Event, RecordedAtSource, Status, StatusChanged, TranscriptReady
from schemas.avro import FileSchemas
from topics.catalogue import Catalogue
from topics.topic import Topic

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


class OwnTopics:
    """The catalogue's and the schemas' answers for the topics of one run."""

    def __init__(self, job: Job, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._names = {
            job.source: catalogue.audio_received.name,
            job.target: catalogue.transcripts_ready.name,
            job.status: catalogue.pipeline_status.name,
        }
        self._schemas = FileSchemas()
        self.by_id = self._schemas.by_id

    def id_of(self, topic: str, version: int) -> int:
        """Return the schema id of the product's own topic."""
        return self._schemas.id_of(self._names[topic], version)

    def __getitem__(self, topic: str) -> Topic:
        """Return the product's own topic."""
        return self._catalogue[self._names[topic]]

    def outputs(self, agent: str) -> tuple[str, ...]:
        """Return the topics of the run that an agent writes to."""
        own = self._catalogue.outputs(agent)
        return tuple(topic for topic, name in self._names.items() if name in own)


async def step(event: AudioReceived, attempt: Attempt) -> Sequence[Event]:
    """Return a transcript without segments."""
    del attempt
    transcript = TranscriptReady(
        event_id=f"e-{event.recording_id}",
        occurred_at=NOON,
        user_id=event.user_id,
        recording_id=event.recording_id,
        transcript_id=f"t-{event.recording_id}",
        status=Status.EMPTY,
        recorded_at=NOON,
        recorded_at_source=RecordedAtSource.UNKNOWN,
        ended_at=NOON,
        time_zone="UTC",
        diary_date=date(2026, 1, 1),
        duration_ms=0,
        speech_ms=0,
        text_sha256="",
        engine="none",
        model="none",
        params_hash="",
        processing_ms=0,
        audio_uri=event.audio_uri,
        content_sha256="",
    )
    return (transcript,)


async def main() -> None:
    """Run one worker until SIGTERM."""
    job = job_of_arguments()
    stop = stop_signal(5.0)
    host = host_of(job)
    own = cast("Any", OwnTopics(job, host.catalogue))
    topics = {
        AudioReceived: job.source,
        TranscriptReady: job.target,
        StatusChanged: job.status,
    }
    host = replace(host, catalogue=own, schemas=own, event_topics=topics)
    stage = Stage(
        name="transcriber",
        group=job.group,
        event_type=AudioReceived,
        topics=(job.source,),
        in_flight=host.settings.in_flight,
    )
    await host.unordered(stage, step).run(stop)


if __name__ == "__main__":
    start_logging("warning")
    asyncio.run(main())
