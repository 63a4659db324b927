"""Checks a draft against its transcript: what cannot be shown to have been said is dropped."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from agents.diarist import note_language
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
from agents.diarist.echo import Echo
from agents.diarist.evidence import Evidence
from agents.diarist.limits import (
    LONGEST_SUMMARY,
    LONGEST_TITLE,
    LONGEST_TOPIC,
    LONGEST_WARNING,
    YEARS,
    capped,
    longest,
)
from agents.diarist.sanitise import sanitised
from agents.diarist.words import words_of
from schemas import Segment

_Item = TypeVar(
    "_Item", DraftAction, DraftEvent, DraftMoment, DraftMood, DraftName, DraftNote, DraftPassage
)
_Claim = TypeVar("_Claim")

_SENTENCE = re.compile(r"[^.!?…。！？]*(?:[.!?…]+(?:\s+|$)|[。！？]+|[.!?…]+|$)")  # noqa: RUF001 - as Chinese ends sentences

_SPEAKER = frozenset(
    ("i", "me", "myself", "ich", "mich", "mir", "yo", "mi", "speaker", "the speaker", "the user")
)
"""Owners that mean nobody else; an action item without one is the speaker's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A draft that holds, and how many items of each kind were dropped because they did not."""

    draft: Draft
    dropped: Counter[str]


def verify(
    draft: Draft,
    segments: Iterable[Segment],
    *,
    spoken: str | None = None,
    wanted: str | None = None,
    instructions: Iterable[str] = (),
) -> Verified:
    """Keep what the segments bear out; every string but a quote's text loses its markup.

    `spoken` is the transcript's language, `wanted` the one that the person chose for the diary:
    a note in another one is not published. `instructions` are all the texts that the writer gave
    its model beside the transcript: text that shares eight words in a row with them and not with
    the transcript is dropped, a title or summary becoming empty.

    A cite of a segment that does not exist, or that gives the writer an order, goes, and with its
    last cite an item goes. A passage of the narrative stays without cites, since it is the whole
    that tells the story, unless it follows an order. People, places and owners must be named in
    the text. A quote must lie in one segment, word by word, and is given in that segment's own
    characters; where it lies in exactly one other segment than it says, the number is corrected.
    """
    said = tuple(segments)
    check = _Check(said, instructions)
    if note_language.strays(draft, said, spoken, wanted):
        draft = check.without_prose(draft)
    checked = replace(
        draft,
        title=check.line("title", draft.title, LONGEST_TITLE),
        summary=check.summary(draft.summary),
        language=note_language.settled(draft.language, said, spoken=spoken, wanted=wanted),
        topics=check.lines("topics", draft.topics, LONGEST_TOPIC),
        narrative=check.narrative(draft.narrative),
        timeline=check.items("timeline", draft.timeline),
        people=check.names("people", draft.people),
        places=check.names("places", draft.places),
        mood=next(iter(check.items("mood", [draft.mood] if draft.mood else [])), None),
        action_items=tuple(map(check.owned, check.items("action_items", draft.action_items))),
        events=tuple(map(check.placed, check.events(draft.events))),
        decisions=check.items("decisions", draft.decisions),
        questions=check.items("questions", draft.questions),
        quotes=check.quotes(draft.quotes),
        warnings=check.lines("warnings", draft.warnings, LONGEST_WARNING),
        is_verified=True,
    )
    return Verified(draft=checked, dropped=check.dropped)


class _Check:
    """One draft's check, which counts what it drops."""

    def __init__(self, segments: Sequence[Segment], instructions: Iterable[str]) -> None:
        self.dropped: Counter[str] = Counter()
        self._evidence = Evidence(segments)
        self._echo = Echo(instructions, [segment.text for segment in segments])

    def without_prose(self, draft: Draft) -> Draft:
        """Leave out all that is told rather than named or quoted."""
        kinds = (
            "narrative",
            "timeline",
            "topics",
            "action_items",
            "events",
            "decisions",
            "questions",
        )
        self.dropped.update({kind: len(items) for kind in kinds if (items := getattr(draft, kind))})
        self.dropped.update(kind for kind in ("title", "summary") if getattr(draft, kind))
        return replace(draft, title="", summary="", **dict.fromkeys(kinds, ()))  # type: ignore[arg-type]

    def line(self, kind: str, text: str, most: int) -> str:
        return next(iter(self.lines(kind, [text], most)), "")

    def summary(self, text: str) -> str:
        """Return the summary without the sentences that follow orders."""
        sentences = _SENTENCE.findall(self.line("summary", text, LONGEST_SUMMARY))
        kept = [sentence for sentence in sentences if not self._evidence.ordered(sentence)]
        if len(kept) < len(sentences):
            self.dropped["summary"] += 1
        return "".join(kept).strip()

    def lines(self, kind: str, texts: Iterable[str], most: int) -> tuple[str, ...]:
        clean = [text for raw in texts if (text := capped(sanitised(raw), most))]
        kept = self._kept(kind, clean, lambda text: not self._evidence.ordered(text))
        return tuple(kept)

    def narrative(self, passages: Iterable[DraftPassage]) -> tuple[DraftPassage, ...]:
        clean = [
            replace(_clean(passage), cites=self._evidence.known(passage.cites))
            for passage in passages
        ]
        return tuple(self._kept("narrative", [p for p in clean if p.text], self._may_be_told))

    def items(self, kind: str, items: Iterable[_Item]) -> tuple[_Item, ...]:
        clean = [replace(_clean(item), cites=self._evidence.bearing(item.cites)) for item in items]
        return tuple(self._kept(kind, clean, self._may_be_listed))

    def names(self, kind: str, names: Iterable[DraftName]) -> tuple[DraftName, ...]:
        return tuple(
            self._kept(
                kind, self.items(kind, names), lambda named: self._evidence.names(named.name)
            )
        )

    def events(self, events: Iterable[DraftEvent]) -> tuple[DraftEvent, ...]:
        return tuple(
            self._kept("events", self.items("events", events), lambda e: e.day.year in YEARS)
        )

    def owned(self, action: DraftAction) -> DraftAction:
        """Return an action whose owner was named; else it is the speaker's."""
        owner, due = action.owner or None, action.due
        if owner and words_of(owner).row.strip() in _SPEAKER:
            owner = None
        elif owner and not self._evidence.names(owner):
            self.dropped["owners"] += 1
            owner = None
        if due and due.year not in YEARS:
            due = None
        return replace(action, owner=owner, due=due)

    def placed(self, event: DraftEvent) -> DraftEvent:
        """Return an event whose place was named; else it has none."""
        if event.place and not self._evidence.names(event.place):
            self.dropped["places"] += 1
            return replace(event, place=None)
        return replace(event, place=event.place or None)

    def quotes(self, quotes: Iterable[DraftQuote]) -> tuple[DraftQuote, ...]:
        kept: dict[tuple[int, str], DraftQuote] = {}
        for quote in quotes:
            said = self._evidence.quote(quote)
            if said is None:
                self.dropped["quotes"] += 1
            else:
                kept.setdefault((said.segment, said.text), said)
        return tuple(kept.values())

    def _may_be_listed(self, item: _Item) -> bool:
        text = _text(item)
        return bool(item.cites) and _says_something(item) and not self._evidence.ordered(text)

    def _may_be_told(self, passage: DraftPassage) -> bool:
        evidence = self._evidence
        follows = evidence.ordered(passage.text) or (
            bool(passage.cites) and not evidence.bearing(passage.cites)
        )
        return not follows or evidence.said(passage.text)

    def _kept(
        self, kind: str, claims: Sequence[_Claim], holds: Callable[[_Claim], bool]
    ) -> list[_Claim]:
        echoes = self._echo.among([_text(claim) for claim in claims])
        kept = [claim for i, claim in enumerate(claims) if i not in echoes and holds(claim)]
        if len(kept) < len(claims):
            self.dropped[kind] += len(claims) - len(kept)
        return kept


def _clean(item: _Item) -> _Item:
    texts = {
        name: capped(sanitised(value), longest(name))
        for name in item.__slots__
        if isinstance(value := getattr(item, name), str)
    }
    return replace(item, **texts)  # type: ignore[arg-type]


def _text(claim: object) -> str:
    """Return all the words of a text or an item, in their order."""
    if isinstance(claim, str):
        return claim
    values = (getattr(claim, name) for name in getattr(claim, "__slots__", ()))
    return " ".join(value for value in values if isinstance(value, str))


def _says_something(item: _Item) -> bool:
    first_text = next(getattr(item, name) for name in item.__slots__)
    return bool(words_of(first_text).spans)
