"""Judges entries by the provider's book, the list of what went in, and what was done when."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agents.diarist.llm.language_model import Outcome
from benchmarks.chaos_diarist.book import CHARGE_MICROS, Asked
from tests.support.fated_recordings import BY_A_MODEL, MADE_UP_FOR, STOOD_IN_FOR

GIVEN_UP = MADE_UP_FOR
"""Stood in for, and the provider's answer was of no use later, too: the offline entry is final."""

OFFLINE = "extractive"

MAY_COST = frozenset(
    {
        Outcome.OK.value,
        Outcome.UNUSABLE.value,
        Outcome.REFUSED.value,
        Outcome.TRUNCATED.value,
        Outcome.CUT.value,
        Outcome.TIMEOUT.value,
        Outcome.LOST.value,
    }
)
"""Outcomes of calls for which a provider may charge; entries have to tell of each."""

ARRIVAL_S = 0.2
"""Longest time from a worker's sending of a request, after which it may be killed, to the moment at
which the provider's process, on the same cores, writes it into its book."""

MARGIN_S = 1.0
"""Time from an answer to the end of the transaction with its entry, on a loaded machine."""

KILL = "kill"
MEMORY_AWAY = "memory away"
"""What calls may be paid again for, and hidden by: the cache fails open."""

Span = tuple[float, float]
Entry = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fated:
    """A recording that went in."""

    id: str
    tag: str
    hopeless: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a verdict follows from."""

    recordings: Sequence[Fated]
    entries: Mapping[str, Sequence[Entry]]
    """What is committed, by recording, in order."""
    requests: Mapping[str, int]
    """How often a better entry was asked for, by recording."""
    asked: Sequence[Asked]
    kills: Mapping[str, float]
    """When each worker was killed, by its name."""
    memory_away: Sequence[Span]
    dead: Sequence[str] = ()


@dataclass(slots=True, kw_only=True)
class Verdict:
    """What came out; counts are of recordings, or of calls where that is said."""

    by_model: int = 0
    made_up_for: int = 0
    stood_in_for: int = 0
    missing: int = 0
    wrong: list[str] = field(default_factory=list)
    """Recordings with other entries, marks or requests than they may have."""
    dead_letters: int = 0
    calls: int = 0
    charged: int = 0
    """Calls that the provider charges for."""
    listed: Counter[str] = field(default_factory=Counter)
    """Calls that entries tell of, by outcome."""
    paid_again: Counter[str] = field(default_factory=Counter)
    """Calls for a question that had been answered well before, by what came between."""
    paid_again_of: list[str] = field(default_factory=list)
    """Those that no kill explains."""
    unlisted: Counter[str] = field(default_factory=Counter)
    """Calls that may cost and that no entry tells of, by what may have hidden them."""
    unlisted_of: list[str] = field(default_factory=list)
    charged_micros: int = 0
    told_micros: int = 0
    """What all entries say that they cost."""
    below_micros: int = 0
    """Of recordings whose entries say less than was charged: by how much, all together."""

    @property
    def problems(self) -> list[str]:
        """Return what is not as promised, a line each."""
        unlisted = self.unlisted.total() - self.unlisted[MEMORY_AWAY]
        found = {
            f"{self.missing} without an entry": self.missing,
            f"wrong entries: {self.wrong[:5]}": self.wrong,
            f"{self.dead_letters} dead letters": self.dead_letters,
            f"{self.paid_again['unexplained']} paid again": self.paid_again["unexplained"],
            f"{unlisted} unlisted": unlisted,
        }
        return [line for line, wrong in found.items() if wrong]


def judge(facts: Facts) -> Verdict:
    """Compare what came out, and what entries tell, with what had to and what was asked."""
    verdict = Verdict(dead_letters=len(facts.dead), calls=len(facts.asked))
    by_tag: dict[str, list[Asked]] = defaultdict(list)
    for one in facts.asked:
        by_tag[one.tag].append(one)
    for recording in facts.recordings:
        entries = facts.entries.get(recording.id, ())
        asked = by_tag[recording.tag]
        _judge_entries(recording, entries, facts, verdict)
        _judge_repeats(asked, entries, facts, verdict)
        _judge_bill(asked, entries, verdict)
        _judge_list(recording, asked, facts, verdict)
    return verdict


def _judge_entries(
    recording: Fated, entries: Sequence[Entry], facts: Facts, verdict: Verdict
) -> None:
    revisions = tuple(entry["revision"] for entry in entries)
    fate = revisions, facts.requests.get(recording.id, 0)
    may_be = (STOOD_IN_FOR, GIVEN_UP) if recording.hopeless else (BY_A_MODEL, MADE_UP_FOR)
    marked = all(one["generator"]["fallback"] == (one["revision"] == 1) for one in entries)
    finals = [one["generator"]["provider"] for one in entries if one["revision"] > 1]
    by_whom = all((provider == OFFLINE) == recording.hopeless for provider in finals)
    verdict.missing += not entries
    if entries and (fate not in may_be or not marked or not by_whom):
        verdict.wrong.append(f"{recording.id}: {fate}")
    verdict.by_model += fate == BY_A_MODEL
    verdict.made_up_for += fate == MADE_UP_FOR and not recording.hopeless
    verdict.stood_in_for += fate in (STOOD_IN_FOR, GIVEN_UP) and recording.hopeless


def _judge_repeats(
    asked: Sequence[Asked], entries: Sequence[Entry], facts: Facts, verdict: Verdict
) -> None:
    gave_up = _listed(entries)[Outcome.TIMEOUT.value]
    last: dict[str, Asked] = {}
    for one in asked:
        if one.outcome is not Outcome.OK:
            continue
        before = last.get(one.question)
        last[one.question] = one
        if before is None:
            continue
        reason = _between(before, one, facts)
        if reason == "unexplained" and gave_up:
            reason, gave_up = "timeout", gave_up - 1
        verdict.paid_again[reason] += 1
        if reason != KILL:
            verdict.paid_again_of.append(f"{reason}: {_told_of((before, one), facts)}")


def _between(before: Asked, after: Asked, facts: Facts) -> str:
    """Return what explains that a question was asked again although it had been answered."""
    killed_at = facts.kills.get(before.worker)
    sent_at = before.at - ARRIVAL_S
    if killed_at is not None and sent_at <= killed_at <= before.answered_at + MARGIN_S:
        return KILL
    return MEMORY_AWAY if _away(before.at, after.at, facts.memory_away) else "unexplained"


def _judge_bill(asked: Sequence[Asked], entries: Sequence[Entry], verdict: Verdict) -> None:
    charged = sum(one.charged for one in asked)
    told = sum(entry["generator"]["cost_micros"] or 0 for entry in entries)
    verdict.charged += charged
    verdict.charged_micros += CHARGE_MICROS * charged
    verdict.told_micros += told
    verdict.below_micros += max(0, CHARGE_MICROS * charged - told)


def _judge_list(recording: Fated, asked: Sequence[Asked], facts: Facts, verdict: Verdict) -> None:
    entries = facts.entries.get(recording.id, ())
    listed = _listed(entries)
    verdict.listed += listed
    may_cost = [one for one in asked if one.charged or one.outcome is Outcome.TIMEOUT]
    hidden = len(may_cost) - sum(listed[how] for how in MAY_COST)
    if hidden > 0:
        reason = _hidden_by(may_cost, facts)
        if reason != MEMORY_AWAY and listed[Outcome.CACHED.value] >= hidden:
            reason = "told as cached"
        verdict.unlisted[reason] += hidden
        happened = _told_of(may_cost, facts)
        verdict.unlisted_of.append(f"{recording.id}, {reason}: {happened}; told {dict(listed)}")


def _hidden_by(may_cost: Sequence[Asked], facts: Facts) -> str:
    """Return what may have kept calls out of the entries: a memory that was away comes first."""
    begin, end = may_cost[0].at, may_cost[-1].answered_at + MARGIN_S
    if _away(begin, end, facts.memory_away):
        return MEMORY_AWAY
    failed = {one.worker for one in may_cost if one.outcome in (Outcome.CUT, Outcome.TIMEOUT)}
    if any(begin <= facts.kills.get(worker, 0.0) <= end for worker in failed):
        return "failed before a kill"
    return "unexplained"


def _told_of(asked: Iterable[Asked], facts: Facts) -> str:
    """Describe requests; times are seconds since the first one of all."""
    began = facts.asked[0].at

    def told(one: Asked) -> str:
        killed_at = facts.kills.get(one.worker)
        killed = "" if killed_at is None else f", killed at {killed_at - began:.1f}"
        times = f"{one.at - began:.1f} to {one.answered_at - began:.1f}"
        return f"{one.outcome.value}, {times}, worker {one.worker}{killed}"

    return "; ".join(map(told, asked))


def _listed(entries: Iterable[Entry]) -> Counter[str]:
    return Counter(call["outcome"] for one in entries for call in one["generator"]["calls"])


def _away(begin: float, end: float, spans: Iterable[Span]) -> bool:
    """Tell whether working memory was away at some time from *begin* to *end*."""
    return any(gone <= end and begin <= back for gone, back in spans)
