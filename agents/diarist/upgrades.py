"""Upgrades: entries that are written again, since an offline one stood in for them."""

from collections.abc import Awaitable, Callable, Sequence

from agents.delivery.stage import Forwarded, Job, Result
from agents.diarist.step import better_entry
from agents.diarist.writer_chain import BUDGET, OTHERS
from agents.diarist.writers import Writers
from agents.errors import DependencyUnavailable
from schemas import TranscriptReady
from schemas.user_settings import UserSettings

REST_S = 30.0
"""Time after which a request that nobody can keep waiting goes to the end of its topic, in seconds:
so those behind it come up, and what is written for that stays small."""


async def upgraded(
    request: Forwarded,
    job: Job,
    *,
    writers: Writers,
    wishes: UserSettings,
    load: Callable[[], Awaitable[TranscriptReady]],
) -> Sequence[Result]:
    """Return the better entry, nothing where there will be none, or *request* for later.

    Raises:
        DependencyUnavailable: it waits, aside where others need not.

    """
    if not writers.has_room(wishes):
        return await _put_off(request, job, DependencyUnavailable(BUDGET))
    whole = await load()
    chain = writers.chain_for(whole)
    try:
        better = await better_entry(whole, wishes=wishes, chain=chain)
    except DependencyUnavailable as error:
        others_go_on = writers.answering and not chain.answering
        if error.dependency in (BUDGET, OTHERS) or others_go_on:
            return await _put_off(request, job, error)
        raise
    if better is None:
        return []
    job.afterwards(better.account)
    return [better.entry]


async def _put_off(request: Forwarded, job: Job, why: DependencyUnavailable) -> Sequence[Result]:
    """Let *request* wait aside; where too many do, return it: it is read again after all others."""
    if job.park():
        raise why
    await job.rest(REST_S)
    return [request]
