"""The diarist: transcripts become diary entries."""

from collections.abc import Sequence
from dataclasses import replace

from agents.delivery.stage import Job
from agents.diarist.step import write_entry
from agents.diarist.writer import Writer
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from agents.storage.artefacts import ArtefactStore
from agents.storage.segments import segments_of
from schemas import DiaryReady, StageState, TranscriptReady

NAME = "diarist"


def create(host: WorkerHost, *, writer: Writer, artefacts: ArtefactStore) -> Worker:
    """Return the worker that reads `transcripts.ready` and feeds `diaries.ready`."""

    async def step(event: TranscriptReady, job: Job) -> Sequence[DiaryReady]:
        job.report(StageState.RUNNING, None)
        whole = replace(event, segments=await segments_of(event, artefacts))
        return [await write_entry(whole, writer=writer)]

    return host.unordered(host.stage(NAME, TranscriptReady), step)
