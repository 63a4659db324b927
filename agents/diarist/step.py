"""The diarist's step: from a transcript to the diary entry of its recording."""

import re
from collections import Counter
from dataclasses import dataclass, fields, replace
from typing import Any

from agents.diarist.draft import Draft
from agents.diarist.offline.extractive_writer import GENERATOR
from agents.diarist.offload import computed
from agents.diarist.placement import Placement
from agents.diarist.sanitise import sanitised
from agents.diarist.untold import NO_SPEECH, no_speech_title, unclear_title
from agents.diarist.verify import verify
from agents.diarist.writer import Accounting, Order, nothing_to_account
from agents.diarist.writer_chain import WriterChain
from schemas import DiaryReady, Status, TranscriptReady, ids
from schemas.user_settings import Section, UserSettings

_WORD = re.compile(r"\w[\w'’-]*")  # noqa: RUF001 - the apostrophe of typeset text

_CARRIED_ON = {field.name for field in fields(TranscriptReady)} & {
    field.name for field in fields(DiaryReady)
} - {"event_id", "occurred_at", "schema_version", "revision", "language", "tags", "warnings"}
"""Fields of a transcript that its entry has as they are."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenEntry:
    """An entry, and whether a better one may be had later."""

    entry: DiaryReady
    upgradable: bool = False
    account: Accounting = nothing_to_account
    """To be done once the entry is published: it has paid for its calls."""


async def write_entry(
    transcript: TranscriptReady, *, wishes: UserSettings, chain: WriterChain
) -> WrittenEntry:
    """Write the entry of one recording.

    The transcript holds its segments: where they came by reference, load them first. Without
    speech no writer is called. The same transcript and writer give the same `entry_id`.
    """
    if not _spoken(transcript):
        return WrittenEntry(entry=_entry(transcript, _empty(transcript), Counter()))
    written = await chain.write(Order(transcript=transcript, wishes=wishes))
    entry = await _checked(written.draft, transcript, wishes)
    return WrittenEntry(entry=entry, upgradable=written.upgradable, account=written.account)


async def better_entry(
    transcript: TranscriptReady, *, wishes: UserSettings, chain: WriterChain
) -> WrittenEntry | None:
    """Write the entry that a fallback stood in for; None where none is to be had.

    Raises:
        DependencyUnavailable: not yet, since no provider answers or a cap is reached.

    """
    if not _spoken(transcript):
        return None
    order = Order(transcript=transcript, wishes=wishes, is_upgrade=True)
    written = await chain.upgrade(order)
    if written is None:
        return None
    entry = await _checked(written.draft, transcript, wishes)
    return WrittenEntry(entry=entry, account=written.account)


def _spoken(transcript: TranscriptReady) -> bool:
    return transcript.status is not Status.EMPTY and bool(transcript.segments)


async def _checked(draft: Draft, transcript: TranscriptReady, wishes: UserSettings) -> DiaryReady:
    """Verify a draft, unless its writer has, and leave out what the person does not want."""
    wanted = _wanted(draft, wishes)
    if draft.is_verified:
        return _entry(transcript, wanted, Counter())
    verified = await computed(
        lambda: verify(
            wanted, transcript.segments, spoken=transcript.language, wanted=wishes.language
        ),
        transcript.segments,
    )
    return _entry(transcript, verified.draft, verified.dropped)


def _wanted(draft: Draft, wishes: UserSettings) -> Draft:
    if wishes.sections is None:
        return draft
    unwanted = (section for section in Section if section not in wishes.sections)
    nothing: dict[str, Any] = {
        section.value.lower(): None if section is Section.MOOD else () for section in unwanted
    }
    return replace(draft, **nothing)


def revision(transcript_revision: int, *, fallback: bool) -> int:
    """Return 2 x the transcript's revision, minus 1 for a fallback: a better entry is newer."""
    return 2 * transcript_revision - int(fallback)


def _entry(transcript: TranscriptReady, draft: Draft, dropped: Counter[str]) -> DiaryReady:
    place = Placement(transcript)
    generator = draft.generator
    narrative, narrative_cites = place.narrative(draft.narrative)
    return DiaryReady(
        **{name: getattr(transcript, name) for name in _CARRIED_ON},
        entry_id=ids.entry_id(
            transcript.transcript_id,
            writer=generator.provider,
            model=generator.model,
            prompt_version=generator.prompt_version,
        ),
        revision=revision(transcript.revision, fallback=generator.fallback),
        words=sum(len(_WORD.findall(segment.text)) for segment in transcript.segments),
        language=draft.language or transcript.language,
        title=draft.title or unclear_title(transcript.language),
        narrative=narrative,
        narrative_cites=narrative_cites,
        summary=draft.summary,
        timeline=place.timeline(draft.timeline),
        people=place.people(draft.people),
        places=place.places(draft.places),
        topics=draft.topics,
        mood=place.mood(draft.mood),
        action_items=place.action_items(draft.action_items),
        events=place.events(draft.events),
        decisions=place.decisions(draft.decisions),
        questions=place.questions(draft.questions),
        quotes=place.quotes(draft.quotes),
        generator=generator,
        tags=tuple(filter(None, map(sanitised, transcript.tags))),
        warnings=(*map(sanitised, transcript.warnings), *draft.warnings, *_counted(dropped)),
    )


def _empty(transcript: TranscriptReady) -> Draft:
    return Draft(
        title=no_speech_title(transcript.language),
        narrative=(),
        summary="",
        generator=GENERATOR,
        warnings=() if NO_SPEECH in transcript.warnings else (NO_SPEECH,),
    )


def _counted(dropped: Counter[str]) -> tuple[str, ...]:
    return tuple(
        f"{count} of {kind.replace('_', ' ')} left out: not found in the transcript"
        for kind, count in sorted(dropped.items())
    )
