"""`daybook worker transcriber` that hears nothing: a test decides how long each recording takes.

Work on a recording lasts until its file is there, and a random moment more, so that some are always
in the middle of it. An empty file is a recording that no sound can be decoded from.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from urllib.parse import urlsplit

from agents import wiring
from agents.cli.main import main
from agents.delivery.stage import Job
from agents.errors import AudioUndecodable
from agents.kafka import partition_log
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from schemas import AudioReceived, StageState, TranscriptReady, ids
from tests.support.builders import a_transcript

LOOK_S = 0.02
"""Time between looks at a file that is not there yet, in seconds."""
LONGEST_S = 0.3
"""Longest work on a recording whose file is there, in seconds."""
TRANSACTION_S = 8.0
"""Longest transaction before brokers count as away, in seconds: far sooner than in the product, as
tests wait for it."""


@asynccontextmanager
async def held_worker(host: WorkerHost) -> AsyncIterator[Worker]:
    """Build the worker as the product does, with other work."""
    yield host.unordered(host.stage("transcriber", AudioReceived), _transcribe)


async def _transcribe(event: AudioReceived, job: Job) -> Sequence[TranscriptReady]:
    recording = Path(urlsplit(event.audio_uri).path)
    job.report(StageState.RUNNING, 0.0)
    while (size := _size_of(recording)) is None:  # noqa: ASYNC110 - a file has no event to wait for
        await asyncio.sleep(LOOK_S)
    await asyncio.sleep(random.uniform(0, LONGEST_S))
    if not size:
        raise AudioUndecodable
    transcript_id = ids.transcript_id(
        event, content_sha256="", engine="held", model="held", params_hash="0"
    )
    facts = {"user_id": event.user_id, "recording_id": event.recording_id}
    return [a_transcript("Hello.", transcript_id=transcript_id, **facts)]


def _size_of(recording: Path) -> int | None:
    return recording.stat().st_size if recording.exists() else None


if __name__ == "__main__":
    wiring.WORKERS["transcriber"] = held_worker
    partition_log.TRANSACTION_S = TRANSACTION_S
    main()
