"""Joins the drafts of a long recording's parts: lists by code, the story by a model's cites."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import TypeVar

from agents.diarist.draft import (
    Cites,
    Draft,
    DraftAction,
    DraftEvent,
    DraftMoment,
    DraftName,
    DraftNote,
    DraftPassage,
    DraftQuote,
)
from schemas import Segment

MOST_MOMENTS = 24
MOST_QUOTES = 5
MOST_OF_OTHERS = 50
"""Items kept of each list: a page longer than this is not read."""

_Cited = TypeVar("_Cited", DraftAction, DraftEvent, DraftMoment, DraftName, DraftNote)


def notes_of(drafts: Iterable[Draft], segments: Iterable[Segment]) -> tuple[Segment, ...]:
    """Return the passages of all drafts as numbered notes, timed by what they cite first."""
    starts_ms = {segment.index: segment.start_ms for segment in segments}
    notes: list[Segment] = []
    for passage in chain.from_iterable(draft.narrative for draft in drafts):
        known = [starts_ms[cite] for cite in passage.cites if cite in starts_ms]
        before_ms = notes[-1].start_ms if notes else 0
        start_ms = min(known, default=before_ms)
        notes.append(
            Segment(index=len(notes), start_ms=start_ms, end_ms=start_ms, text=passage.text)
        )
    return tuple(notes)


def cites_by_note(drafts: Iterable[Draft]) -> tuple[Cites, ...]:
    """Return the segments that each note rests on, in the order of `notes_of`."""
    return tuple(passage.cites for draft in drafts for passage in draft.narrative)


def told_again(whole: Draft, cites: Sequence[Cites]) -> Draft:
    """Return *whole*, whose story and mood cite notes, with the segments of those notes."""

    def of_segments(numbers: Cites) -> Cites:
        found = (cites[number] for number in numbers if 0 <= number < len(cites))
        return tuple(dict.fromkeys(chain.from_iterable(found)))

    return replace(
        whole,
        narrative=tuple(
            DraftPassage(
                text=passage.text,
                cites=of_segments(passage.cites),
                opens_paragraph=passage.opens_paragraph,
            )
            for passage in whole.narrative
        ),
        mood=whole.mood and replace(whole.mood, cites=of_segments(whole.mood.cites)),
    )


def with_lists_of(whole: Draft, drafts: Sequence[Draft]) -> Draft:
    """Return *whole* with all that the parts' lists hold, each thing once."""
    return replace(
        whole,
        timeline=_spread(_merged((d.timeline for d in drafts), lambda m: _key(m.headline))),
        people=_merged((d.people for d in drafts), lambda n: _key(n.name)),
        places=_merged((d.places for d in drafts), lambda n: _key(n.name)),
        action_items=_merged((d.action_items for d in drafts), lambda a: _key(a.text)),
        events=_merged((d.events for d in drafts), lambda e: (_key(e.title), e.day, e.at)),
        decisions=_merged((d.decisions for d in drafts), lambda n: _key(n.text)),
        questions=_merged((d.questions for d in drafts), lambda n: _key(n.text)),
        quotes=_quotes(drafts),
    )


def _merged(
    lists: Iterable[Iterable[_Cited]], key: Callable[[_Cited], Hashable]
) -> tuple[_Cited, ...]:
    firsts: dict[Hashable, _Cited] = {}
    cites: dict[Hashable, dict[int, None]] = {}
    for items in lists:
        for item in items:
            firsts.setdefault(key(item), item)
            cites.setdefault(key(item), {}).update(dict.fromkeys(item.cites))
    merged = (replace(item, cites=tuple(cites[name])) for name, item in firsts.items())
    return tuple(merged)[:MOST_OF_OTHERS]


def _spread(moments: Sequence[DraftMoment]) -> tuple[DraftMoment, ...]:
    """Leave moments out evenly where there are too many."""
    count = min(MOST_MOMENTS, len(moments))
    return tuple(moments[i * len(moments) // count] for i in range(count))


def _quotes(drafts: Sequence[Draft]) -> tuple[DraftQuote, ...]:
    """Take a quote of each part in turn."""
    longest = max((len(draft.quotes) for draft in drafts), default=0)
    turns = (draft.quotes[i] for i in range(longest) for draft in drafts if i < len(draft.quotes))
    kept = list(dict.fromkeys(turns))[:MOST_QUOTES]
    return tuple(sorted(kept, key=lambda quote: quote.segment))


def _key(text: str) -> str:
    return " ".join(text.casefold().split()).rstrip(".!?")
