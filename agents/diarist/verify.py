"""Checks a draft against its transcript: what cannot be shown to have been said is dropped."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TypeVar

from agents.diarist.draft import (
    Draft,
    DraftAction,
    DraftEvent,
    DraftMoment,
    DraftMood,
    DraftName,
    DraftNote,
    DraftPassage,
    DraftQuote,
)
from agents.diarist.sanitise import sanitised
from schemas import Segment

_Item = TypeVar(
    "_Item", DraftAction, DraftEvent, DraftMoment, DraftMood, DraftName, DraftNote, DraftPassage
)
_WORD = re.compile(r"\w+")
_CLOSING = re.compile(r"[.!?…]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A draft that holds, and how many items of each kind were dropped because they did not."""

    draft: Draft
    dropped: Counter[str]


def verify(draft: Draft, segments: Iterable[Segment]) -> Verified:
    """Keep what the segments bear out; every string but a quote's text loses its markup.

    A cite of a segment that does not exist goes, and with its last cite an item goes. A passage
    of the narrative stays without cites: it is the whole that tells the story. People must be
    named in the text. A quote must lie in one segment, word by word, and is given in that
    segment's own characters; where it lies in exactly one other segment than it says, the number
    is corrected.
    """
    evidence = _Evidence(tuple(segments))
    checked = replace(
        draft,
        title=sanitised(draft.title),
        summary=sanitised(draft.summary),
        topics=tuple(filter(None, map(sanitised, draft.topics))),
        narrative=tuple(evidence.passage(passage) for passage in draft.narrative),
        timeline=evidence.items("timeline", draft.timeline),
        people=evidence.people(draft.people),
        places=evidence.items("places", draft.places),
        mood=next(iter(evidence.items("mood", [draft.mood] if draft.mood else [])), None),
        action_items=evidence.items("action_items", draft.action_items),
        events=evidence.items("events", draft.events),
        decisions=evidence.items("decisions", draft.decisions),
        questions=evidence.items("questions", draft.questions),
        quotes=evidence.quotes(draft.quotes),
    )
    return Verified(draft=checked, dropped=evidence.dropped)


class _Evidence:
    """The segments of one transcript, and a count of what they did not bear out."""

    def __init__(self, segments: tuple[Segment, ...]) -> None:
        self.dropped: Counter[str] = Counter()
        self._segments = {segment.index: segment for segment in segments}
        clear = (segment.text for segment in segments if not segment.low_confidence)
        self._words = " ".join(_WORD.findall(" ".join(clear).casefold()))

    def passage(self, passage: DraftPassage) -> DraftPassage:
        return self._clean(passage)

    def items(self, kind: str, items: Iterable[_Item]) -> tuple[_Item, ...]:
        kept = []
        for item in items:
            clean = self._clean(item)
            if clean.cites and _says_something(clean):
                kept.append(clean)
            else:
                self.dropped[kind] += 1
        return tuple(kept)

    def people(self, people: Iterable[DraftName]) -> tuple[DraftName, ...]:
        named = []
        for person in self.items("people", people):
            if self._names(person.name):
                named.append(person)
            else:
                self.dropped["people"] += 1
        return tuple(named)

    def quotes(self, quotes: Iterable[DraftQuote]) -> tuple[DraftQuote, ...]:
        kept: dict[tuple[int, str], DraftQuote] = {}
        for quote in quotes:
            said = self._said(quote)
            if said is None:
                self.dropped["quotes"] += 1
            else:
                kept.setdefault((said.segment, said.text), said)
        return tuple(kept.values())

    def _clean(self, item: _Item) -> _Item:
        texts = {
            name: sanitised(value)
            for name in item.__slots__
            if isinstance(value := getattr(item, name), str)
        }
        known = tuple(dict.fromkeys(cite for cite in item.cites if cite in self._segments))
        return replace(item, **{**texts, "cites": known})  # type: ignore[arg-type]

    def _names(self, name: str) -> bool:
        words = " ".join(_WORD.findall(name.casefold()))
        return bool(words) and re.search(rf"(?<!\w){words}s?(?!\w)", self._words) is not None

    def _said(self, quote: DraftQuote) -> DraftQuote | None:
        places = {
            index: text
            for index, segment in self._segments.items()
            if (text := _as_said(quote.text, segment.text))
        }
        index = quote.segment if quote.segment in places else _only(places)
        if index is None:
            return None
        speaker = self._segments[index].speaker
        return DraftQuote(text=places[index], segment=index, speaker=speaker)


def _only(indices: Iterable[int]) -> int | None:
    first, *others = [*indices, None]
    return first if others in ([], [None]) else None


def _says_something(item: _Item) -> bool:
    first_text = next(getattr(item, name) for name in item.__slots__)
    return bool(_WORD.search(first_text))


def _as_said(quote: str, text: str) -> str | None:
    """Return the part of `text` that has the quote's words in a row, however they are written."""
    words = _WORD.findall(quote.casefold())
    if not words:
        return None
    pattern = r"\W+".join(map(re.escape, words))
    match = re.search(rf"(?<!\w){pattern}(?!\w)", text, re.IGNORECASE)
    if match is None:
        return None
    closing = _CLOSING.match(text, match.end())
    return text[match.start() : closing.end() if closing else match.end()]
