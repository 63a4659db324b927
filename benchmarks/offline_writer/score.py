"""Counts what an entry found of a recording's labels, what it missed and what it made up.

An item matches a label of its kind if it cites the label's segment and its text has every key
word of the label (the beginning of a word is enough). A name matches if it is, or has among its
words, one of the label's names. Each item is matched once; an optional label counts neither way.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from agents.diarist.draft import Draft, DraftAction, DraftEvent, DraftName, DraftNote
from agents.diarist.offline.extractive_writer import draft
from agents.diarist.verify import verify
from benchmarks.offline_writer.labels import NAMED, NOTED, Label, Moment, Name, Recording

Item = DraftAction | DraftEvent | DraftNote


@dataclass(slots=True, kw_only=True)
class Tally:
    """What was counted, by kind."""

    found: Counter[str] = field(default_factory=Counter)
    missed: Counter[str] = field(default_factory=Counter)
    wrong: Counter[str] = field(default_factory=Counter)
    dates_right: Counter[str] = field(default_factory=Counter)
    dates: Counter[str] = field(default_factory=Counter)
    traps: Counter[str] = field(default_factory=Counter)
    fallen: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)

    def precision(self, kind: str) -> float:
        """Return the share of what was found that is right."""
        return self.found[kind] / max(1, self.found[kind] + self.wrong[kind])

    def recall(self, kind: str) -> float:
        """Return the share of what was said that was found."""
        return self.found[kind] / max(1, self.found[kind] + self.missed[kind])


def scored(recordings: Iterable[Recording]) -> Tally:
    """Write each recording's entry and count."""
    tally = Tally()
    for recording in recordings:
        entry = verify(draft(recording.transcript), recording.transcript.segments).draft
        for kind in NOTED:
            _count_items(tally, recording, kind, getattr(entry, kind))
        for kind in NAMED:
            _count_names(tally, recording, kind, getattr(entry, kind))
        _count_traps(tally, recording, entry)
    return tally


def _count_items(tally: Tally, recording: Recording, kind: str, items: Sequence[Item]) -> None:
    left = list(items)
    used: list[Item] = []
    for label in sorted(recording.items[kind], key=lambda label: label.optional):
        match = next((item for item in left if _matches(item, label)), None)
        if match is not None:
            left.remove(match)
            used.append(match)
        elif recording.may_merge:
            match = next((item for item in used if _matches(item, label)), None)
        if label.optional:
            continue
        if match is None:
            tally.missed[kind] += 1
            tally.faults.append(f"{recording.name} {kind} missed: {label.segment} {label.words}")
            continue
        tally.found[kind] += 1
        _count_date(tally, recording, kind, match, label)
    for item in left:
        tally.wrong[kind] += 1
        tally.faults.append(f"{recording.name} {kind} wrong: {item.cites} {_text(item)!r}")


def _count_date(tally: Tally, recording: Recording, kind: str, item: Item, label: Label) -> None:
    if isinstance(item, DraftNote) or not label.judged:
        return
    tally.dates[kind] += 1
    said: Moment | None = None
    if isinstance(item, DraftEvent):
        said = Moment(day=item.day, at=item.at)
    elif item.due:
        said = Moment(day=item.due)
    if said in label.moments or (said is None and not label.moments):
        tally.dates_right[kind] += 1
    else:
        tally.faults.append(f"{recording.name} {kind} date: {_text(item)!r} {said}")


def _count_names(tally: Tally, recording: Recording, kind: str, names: Sequence[DraftName]) -> None:
    left = list(names)
    for label in sorted(recording.names[kind], key=lambda label: label.optional):
        matches = [name for name in left if _is_named(name, label)]
        left = [name for name in left if name not in matches[:1]]
        if label.optional:
            continue
        tally.found[kind] += bool(matches)
        tally.missed[kind] += not matches
        if not matches:
            tally.faults.append(f"{recording.name} {kind} missed: {sorted(label.names)}")
    for name in left:
        tally.wrong[kind] += 1
        tally.faults.append(f"{recording.name} {kind} wrong: {name.name!r}")


def _count_traps(tally: Tally, recording: Recording, entry: Draft) -> None:
    for segment, kind, why in recording.never:
        tally.traps[why] += 1
        rightly = {label.segment for label in recording.items[kind]}
        if segment not in rightly and segment in set(_cited(getattr(entry, kind))):
            tally.fallen[why] += 1


def _cited(items: Iterable[Item]) -> Iterator[int]:
    for item in items:
        yield from item.cites


def _matches(item: Item, label: Label) -> bool:
    text = _text(item).casefold()
    return label.segment in item.cites and all(
        re.search(rf"(?<!\w){re.escape(word)}", text) for word in label.words
    )


def _text(item: Item) -> str:
    return item.title if isinstance(item, DraftEvent) else item.text


def _is_named(name: DraftName, label: Name) -> bool:
    said = name.name.casefold()
    return said in label.names or not label.names.isdisjoint(said.split())
