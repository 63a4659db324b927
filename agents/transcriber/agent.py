"""The transcriber: recordings received become transcripts."""

from collections.abc import Sequence

from agents.delivery.stage import Job
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from agents.transcriber.step import Workbench, transcribe
from schemas import AudioReceived, TranscriptReady

NAME = "transcriber"


def create(host: WorkerHost, *, bench: Workbench) -> Worker:
    """Return the worker that reads `audio.received` and feeds `transcripts.ready`."""

    async def step(event: AudioReceived, job: Job) -> Sequence[TranscriptReady]:
        return [await transcribe(event, bench=bench, progress=job.report)]

    # The engine has transcribed its warm-up clip before there is a workbench.
    return host.unordered(host.stage(NAME, AudioReceived), step, proven=True)
