"""The diarist: transcripts become diary entries."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from agents.delivery.stage import Forwarded, Job, Result
from agents.diarist.step import write_entry
from agents.diarist.upgrades import upgraded
from agents.diarist.writers import Writers
from agents.kafka.host import WorkerHost
from agents.kafka.worker import Worker
from agents.storage.artefacts import ArtefactStore
from agents.storage.segments import segments_of
from schemas import StageState, TranscriptReady
from schemas.user_settings import UserSettings

NAME = "diarist"

WishesOf = Callable[[str, str], UserSettings]
"""From tenant and user to what the person wishes."""


def create(
    host: WorkerHost, *, writers: Writers, artefacts: ArtefactStore, wishes_of: WishesOf
) -> Worker:
    """Return the worker that reads `transcripts.ready` and feeds `diaries.ready`.

    Offline entries that stand in for better ones are written again, from
    `daybook.diarist.upgrade`, once a provider answers.
    """
    upgrades = host.catalogue.diarist_upgrade.name

    async def step(event: TranscriptReady, job: Job) -> Sequence[Result]:
        if not job.beside:
            job.report(StageState.RUNNING, None)
        wishes, request = wishes_of(event.tenant_id, event.user_id), Forwarded(event, upgrades)

        async def whole() -> TranscriptReady:
            return replace(event, segments=await segments_of(event, artefacts))

        if job.beside:
            return await upgraded(request, job, writers=writers, wishes=wishes, load=whole)
        transcript = await whole()
        chain = writers.chain_for(transcript)
        written = await write_entry(transcript, wishes=wishes, chain=chain)
        job.afterwards(written.account)
        return [written.entry, *([request] if written.upgradable else [])]

    def allowed() -> int:
        """One upgrade tries whether a provider answers; once it does, others may follow."""
        most = max(1, host.settings.in_flight // 2)
        return (most if writers.answering else 1) if writers.has_models else 0

    stage = host.stage(NAME, TranscriptReady, side_topics=(upgrades,))
    return host.unordered(stage, step, allowed=allowed)
