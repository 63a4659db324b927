"""Judges what came out, from the wire contract and the list of what went in alone."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from benchmarks.chaos import wire
from benchmarks.chaos.reader import Seen
from benchmarks.chaos.recordings import INPUTS, STAGES, Kind, Recording

STATUS = "pipeline.status"
PAGES = "diaries.daily"
REVISIONS = "diaries.daily revisions"
"""Not a topic: the pages by day and revision, each of which has to be there once."""

EVENT_IDS = "ce_id"
"""Not a topic: each id in the headers of our events, of which there has to be one in its topic."""

_OUTPUTS = {"transcriber": "transcripts.ready", "diarist": "diaries.ready", "daily": PAGES}
_GIVEN_UP_BY = {Kind.HOPELESS: "transcriber", Kind.UNWRITABLE: "diarist"}

Ids = dict[str, Counter[str]]
"""Topic, and how often each thing is in it."""


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What is wrong: how often each thing is missing, or there too often, by topic."""

    lost: Ids = field(default_factory=dict)
    duplicates: Ids = field(default_factory=dict)

    @property
    def lost_count(self) -> int:
        """Number of things that are missing."""
        return sum(counter.total() for counter in self.lost.values())

    @property
    def duplicate_count(self) -> int:
        """Number of things that are there and should not, or not so often."""
        return sum(counter.total() for counter in self.duplicates.values())


def topics_of(stages: Sequence[str]) -> list[str]:
    """Return the topics to check: what the stages read and write, dead letters and statuses."""
    inputs = [INPUTS[stage] for stage in stages]
    outputs = [_OUTPUTS[stage] for stage in stages]
    return list(dict.fromkeys([*inputs, *outputs, *map(dead_letters, stages), STATUS]))


def dead_letters(stage: str) -> str:
    """Return the topic of what *stage* gave up."""
    return f"dlq.daybook.{stage}.{INPUTS[stage]}"


def judge(recordings: Iterable[Recording], seen: Iterable[Seen], stages: Sequence[str]) -> Verdict:
    """Compare what came out with what had to."""
    wanted, found = expected(recordings, stages), sighted(seen)
    days = Counter(name.partition("#")[0] for name in found[REVISIONS])
    wanted[REVISIONS] = Counter(
        f"{day}#{revision}" for day, count in days.items() for revision in range(1, count + 1)
    )
    wanted[EVENT_IDS] = Counter(set(found[EVENT_IDS]))
    verdict = Verdict()
    for topic in {*wanted, *found}:
        if missing := wanted[topic] - found[topic]:
            verdict.lost[topic] = missing
        if extra := found[topic] - wanted[topic]:
            verdict.duplicates[topic] = extra
    return verdict


def expected(recordings: Iterable[Recording], stages: Sequence[str]) -> Ids:
    """Return what has to be in each topic once every recording is through *stages*."""
    ids: Ids = defaultdict(Counter)
    for recording in recordings:
        ids[recording.topic][recording.id] += 1
        if recording.kind is Kind.GARBAGE:
            at = next(stage for stage in STAGES if INPUTS[stage] == recording.topic)
            ids[dead_letters(at)][recording.id] += 1
        else:
            for topic, name in _way(recording, stages):
                ids[topic][name] += 1
    return ids


def _way(recording: Recording, stages: Sequence[str]) -> Iterator[tuple[str, str]]:
    for stage in stages:
        if _GIVEN_UP_BY.get(recording.kind) == stage:
            yield dead_letters(stage), recording.id
            yield STATUS, f"{stage} FAILED {recording.id}"
            return
        name = f"{recording.day_id} {recording.id}" if stage == "daily" else recording.id
        yield _OUTPUTS[stage], name
        yield STATUS, f"{stage} DONE {recording.id}"


def sighted(seen: Iterable[Seen]) -> Ids:
    """Return what is in each topic; of the pages, the entries of each day's newest one."""
    ids: Ids = defaultdict(Counter)
    newest: dict[str, list[str]] = {}
    for record in seen:
        event = _event(record)
        if event is not None and record.topic != STATUS and "ce_id" in record.headers:
            ids[EVENT_IDS][f"{record.topic} {record.headers['ce_id']}"] += 1
        if record.topic == PAGES and event is not None:
            ids[REVISIONS][f"{record.key}#{event['revision']}"] += 1
            newest[record.key] = [f"{record.key} {one['recording_id']}" for one in event["entries"]]
        elif (name := _name(record, event)) is not None:
            ids[record.topic][name] += 1
    ids[PAGES] = Counter(name for names in newest.values() for name in names)
    return ids


def names_of(record: Seen) -> set[str]:
    """Return the things that *record* holds, as `sighted` counts them."""
    return {name for counter in sighted([record]).values() for name in counter}


def _event(record: Seen) -> dict[str, Any] | None:
    return None if record.topic.startswith("dlq.") else wire.decode(record.topic, record.value)


def _name(record: Seen, event: dict[str, Any] | None) -> str | None:
    if event is None:
        return record.key
    if record.topic != STATUS:
        return str(event["recording_id"])
    if event["state"] not in {"DONE", "FAILED"}:  # how far work is: best effort, any number
        return None
    return f"{event['stage']} {event['state']} {event['recording_id']}"
