"""Decides which of a day's entries count: the newest of each recording, each content once."""

from collections.abc import Iterable
from dataclasses import fields, replace

from schemas import DailyEntry, DiaryReady

_FIELDS = tuple(field.name for field in fields(DailyEntry))


def compact(entry: DiaryReady) -> DailyEntry:
    """Return what a later fold needs of an entry: everything but envelope, day and LLM calls."""
    facts = {name: getattr(entry, name) for name in _FIELDS}
    return DailyEntry(**facts | {"generator": replace(entry.generator, calls=())})


def merge(entries: Iterable[DailyEntry]) -> tuple[DailyEntry, ...]:
    """Keep the newest entry of each recording, in the order they were recorded.

    Of several recordings of the same bytes the first, by `(recorded_at, recording_id)`, has
    `duplicate_of` None and counts. The others stay, with `duplicate_of` naming it: should a later
    revision change which one is first, nothing is lost. So merging in groups, in any order, is
    merging all at once.
    """
    newest: dict[str, DailyEntry] = {}
    for entry in entries:
        plain = replace(entry, duplicate_of=None)
        known = newest.get(plain.recording_id)
        if known is None or _age(plain) > _age(known):
            newest[plain.recording_id] = plain
    first_of: dict[str, str] = {}
    merged = []
    for entry in sorted(newest.values(), key=_place_in_day):
        first = first_of.setdefault(entry.content_sha256, entry.recording_id)
        is_first = first == entry.recording_id
        merged.append(entry if is_first else replace(entry, duplicate_of=first))
    return tuple(merged)


def counted(entries: Iterable[DailyEntry]) -> tuple[DailyEntry, ...]:
    """Return the entries that make up the page."""
    return tuple(entry for entry in entries if entry.duplicate_of is None)


def _age(entry: DailyEntry) -> tuple[object, ...]:
    # The whole entry comes last: two entries are never equally new unless they are the same.
    return (entry.revision, entry.transcript_id, entry.entry_id, entry.text_sha256, repr(entry))


def _place_in_day(entry: DailyEntry) -> tuple[object, ...]:
    return (entry.recorded_at, entry.recording_id)
