"""Makes the page of a day from its entries, always the same from the same entries."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from agents.daily import gathered
from agents.daily.story import day_narrative, day_summary, day_title
from schemas import (
    DailyDiary,
    DailyEntry,
    DayReason,
    DayState,
    DayStats,
    DiaryReady,
    Generator,
    Status,
    ids,
)

PAGE_VERSION = "page-1"
"""The `prompt_version` of offline pages: goes up when the same entries give another page."""

GENERATOR = Generator(
    provider="extractive",
    model="",
    prompt_version=PAGE_VERSION,
    fallback=False,
    input_tokens=0,
    output_tokens=0,
    cached_tokens=0,
    cost_micros=0,
    cache_hit=False,
    latency_ms=0,
)
"""Who writes offline pages, and what one costs; the entries tell what they cost themselves."""

_NO_SPEECH = "no speech"


def empty_page(entry: DiaryReady, sources_hash: str) -> DailyDiary:
    """Return the page of an entry's day before anything is written on it."""
    return DailyDiary(
        tenant_id=entry.tenant_id,
        user_id=entry.user_id,
        day_id=ids.day_id(entry.tenant_id, entry.user_id, entry.diary_date),
        diary_date=entry.diary_date,
        time_zone=entry.time_zone,
        state=DayState.OPEN,
        reason=DayReason.NEW_CLIP,
        sources_hash=sources_hash,
        title="",
        narrative="",
        summary="",
        generator=GENERATOR,
        stats=DayStats(recordings=0, audio_ms=0, speech_ms=0, words=0),
    )


def written_page(page: DailyDiary, entries: Sequence[DailyEntry]) -> DailyDiary:
    """Write `page` anew from `entries`, of which there is at least one, in the order of time."""
    spoken = [entry for entry in entries if entry.status is Status.OK]
    narrative, narrative_cites = day_narrative(spoken)
    return replace(
        page,
        time_zone=entries[0].time_zone,
        language=_language(spoken),
        title=day_title(spoken) or entries[0].title,
        narrative=narrative,
        narrative_cites=narrative_cites,
        summary=day_summary(spoken),
        timeline=gathered.timeline(spoken),
        people=gathered.people(spoken),
        places=gathered.places(spoken),
        topics=gathered.topics(spoken),
        mood=gathered.mood(spoken),
        action_items=gathered.action_items(spoken),
        events=gathered.events(spoken),
        decisions=gathered.decisions(spoken),
        questions=gathered.questions(spoken),
        quotes=gathered.quotes(spoken),
        stats=_stats(entries),
        generator=GENERATOR,
        warnings=tuple(warning for entry in entries for warning in _warnings(entry)),
    )


def _language(entries: Iterable[DailyEntry]) -> str | None:
    words: dict[str, int] = {}
    for entry in entries:
        if entry.language:
            words[entry.language] = words.get(entry.language, 0) + entry.words
    return max(words, key=lambda language: words[language], default=None)


def _stats(entries: Sequence[DailyEntry]) -> DayStats:
    return DayStats(
        recordings=len(entries),
        audio_ms=sum(entry.duration_ms for entry in entries),
        speech_ms=sum(entry.speech_ms for entry in entries),
        words=sum(entry.words for entry in entries),
    )


def _warnings(entry: DailyEntry) -> Iterable[str]:
    at = f"{entry.recorded_at.astimezone(ZoneInfo(entry.time_zone)):%H:%M}"
    if entry.status is Status.EMPTY:
        yield f"{_NO_SPEECH} at {at}"
    for warning in entry.warnings:
        if warning != _NO_SPEECH:
            yield f"{at}: {warning}"
