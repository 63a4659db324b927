"""Ids derived from what they name, so that a replay or a second delivery names things the same.

Every id is uuid5(NAMESPACE, parts) with the parts joined as netstrings (`3:abc,`), the first of
which says what kind of thing it is. `docs/contract.md` has test vectors for other languages.
"""

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import NAMESPACE_DNS, uuid5

from schemas import (
    AudioReceived,
    DailyDiary,
    DiaryReady,
    Event,
    StatusChanged,
    TranscriptReady,
    UserSettings,
)
from schemas.forms import to_millis

NAMESPACE = uuid5(NAMESPACE_DNS, "daybook")
"""The namespace of all our ids: 'daybook' in the namespace of DNS names."""


def recording_id(tenant_id: str, user_id: str, audio_uri: str, recorded_at: datetime | None) -> str:
    """Name a recording whose producer gave it no id."""
    return _derive("recording", tenant_id, user_id, audio_uri, _millis(recorded_at))


def transcript_id(
    recording: AudioReceived, *, content_sha256: str, engine: str, model: str, params_hash: str
) -> str:
    """Name the transcript that an engine makes of these very bytes with these parameters."""
    return _derive(
        "transcript",
        recording.tenant_id,
        recording.user_id,
        recording.recording_id,
        content_sha256,
        engine,
        model,
        params_hash,
    )


def entry_id(transcript_id: str, *, writer: str, model: str, prompt_version: str) -> str:
    """Name the entry that a writer makes of a transcript."""
    return _derive("entry", transcript_id, writer, model, prompt_version)


def day_id(tenant_id: str, user_id: str, diary_date: date) -> str:
    """Return tenant/user/YYYY-MM-DD: a day's id, and the key of its entries and its page."""
    return f"{tenant_id}/{user_id}/{diary_date.isoformat()}"


def item_id(tenant_id: str, user_id: str, recording_id: str, text: str) -> str:
    """Name an action item by its words, whatever their case and spacing."""
    return _derive("item", tenant_id, user_id, recording_id, " ".join(text.casefold().split()))


def sources_hash(sources: Iterable[tuple[str, str]], *, prompt_version: str) -> str:
    """Return the SHA-256 that is the same for the same entries of a day in any order.

    Each source is an entry's `(entry_id, text_sha256)`.
    """
    parts = [prompt_version, *(part for source in sorted(set(sources)) for part in source)]
    return hashlib.sha256(_join("sources", *parts).encode()).hexdigest()


def settings_hash(settings: UserSettings) -> str:
    """Return the SHA-256 of a person's wishes, whoever's they are and whenever they were told."""
    lists = [*_counted(settings.sections), *_counted(settings.names)]
    cap = settings.daily_cap_micros
    parts = [
        settings.narrator,
        settings.length,
        settings.language or "",
        *lists,
        settings.prompt or "",
        "" if cap is None else str(cap),
        settings.day_start or "",
    ]
    return hashlib.sha256(_join("settings", *parts).encode()).hexdigest()


def event_id(event: Event) -> str:
    """Return the `ce_id` of an event: the same for every event that says the same thing."""
    return _derive(event_type(event), event.tenant_id, event.user_id, *_what_it_names(event))


def event_type(event: Event) -> str:
    """Return the `ce_type` of an event."""
    return f"daybook.{type(event).__name__}"


def _what_it_names(event: Event) -> tuple[str, ...]:
    match event:
        case AudioReceived():
            return (event.recording_id,)
        case TranscriptReady():
            return (event.transcript_id,)
        case DiaryReady():
            return (event.entry_id,)
        case DailyDiary(generator=writer):
            made_by = (writer.provider, writer.model, writer.prompt_version)
            return (event.day_id, event.sources_hash, *made_by)
        case StatusChanged():
            occasion = (event.stage, event.state, str(event.attempt), _millis(event.at))
            return (event.recording_id, *occasion)
        case UserSettings():
            return (settings_hash(event),)


def _counted(items: Sequence[str] | None) -> tuple[str, ...]:
    return ("",) if items is None else (str(len(items)), *items)


def _derive(*parts: str) -> str:
    return str(uuid5(NAMESPACE, _join(*parts)))


def _join(*parts: str) -> str:
    # Lengths count bytes of UTF-8, as a netstring's do: no choice of parts looks like another.
    return "".join(f"{len(part.encode())}:{part}," for part in parts)


def _millis(moment: datetime | None) -> str:
    return "" if moment is None else str(to_millis(moment))
