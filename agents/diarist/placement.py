"""Gives a draft's items their ids, cites and absolute times from the transcript they rest on."""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from agents.diarist.draft import (
    Cites,
    DraftAction,
    DraftEvent,
    DraftMoment,
    DraftMood,
    DraftName,
    DraftNote,
    DraftPassage,
    DraftQuote,
)
from schemas import (
    ActionItem,
    CalendarEvent,
    Cite,
    Decision,
    Mood,
    NarrativeCite,
    Person,
    Place,
    Question,
    Quote,
    TimelineItem,
    TranscriptReady,
    ids,
)

_LOWEST, _HIGHEST = -2, 2
"""Bounds of a mood's valence."""


class Placement:
    """One transcript, seen as the place that verified items of a draft stand in."""

    def __init__(self, transcript: TranscriptReady) -> None:
        self._transcript = transcript
        self._zone = ZoneInfo(transcript.time_zone)
        self._starts_ms = {segment.index: segment.start_ms for segment in transcript.segments}

    def narrative(self, passages: Iterable[DraftPassage]) -> tuple[str, tuple[NarrativeCite, ...]]:
        """Join passages to one text; the cites say which characters rest on which segments."""
        text, cites = "", []
        for passage in passages:
            if not passage.text:
                continue
            if text:
                text += "\n\n" if passage.opens_paragraph else " "
            start = len(text)
            text += passage.text
            if passage.cites:
                cites.append(
                    NarrativeCite(start=start, end=len(text), cites=self._cites(passage.cites))
                )
        return text, tuple(cites)

    def timeline(self, moments: Iterable[DraftMoment]) -> tuple[TimelineItem, ...]:
        """Set each item at the time its first segment was spoken, in the order of time."""
        items = [
            TimelineItem(
                at=self._spoken_at(min(moment.cites)),
                headline=moment.headline,
                detail=moment.detail,
                cites=self._cites(moment.cites),
            )
            for moment in moments
        ]
        return tuple(sorted(items, key=lambda item: item.at))

    def people(self, names: Iterable[DraftName]) -> tuple[Person, ...]:
        """Place people."""
        return tuple(
            Person(name=name.name, note=name.note, cites=self._cites(name.cites)) for name in names
        )

    def places(self, names: Iterable[DraftName]) -> tuple[Place, ...]:
        """Place places."""
        return tuple(
            Place(name=name.name, note=name.note, cites=self._cites(name.cites)) for name in names
        )

    def mood(self, mood: DraftMood | None) -> Mood | None:
        """Place the mood, its valence within bounds."""
        if mood is None:
            return None
        valence = mood.valence
        if valence is not None:
            valence = max(_LOWEST, min(_HIGHEST, valence))
        return Mood(label=mood.label, valence=valence, evidence=self._cites(mood.cites))

    def action_items(self, actions: Iterable[DraftAction]) -> tuple[ActionItem, ...]:
        """Name each item by its words; the same words twice are one item."""
        items = [
            ActionItem(
                item_id=self._item_id(action.text),
                text=action.text,
                due=action.due,
                owner=action.owner,
                cites=self._cites(action.cites),
            )
            for action in actions
        ]
        return tuple({item.item_id: item for item in reversed(items)}.values())[::-1]

    def events(self, events: Iterable[DraftEvent]) -> tuple[CalendarEvent, ...]:
        """Set each event in absolute time; one without an hour starts at local midnight."""
        return tuple(
            CalendarEvent(
                title=event.title,
                start=self._moment(event.day, event.at or time()),
                end=self._end(event),
                all_day=event.at is None,
                place=event.place,
                cites=self._cites(event.cites),
            )
            for event in events
        )

    def decisions(self, notes: Iterable[DraftNote]) -> tuple[Decision, ...]:
        """Place decisions."""
        return tuple(Decision(text=note.text, cites=self._cites(note.cites)) for note in notes)

    def questions(self, notes: Iterable[DraftNote]) -> tuple[Question, ...]:
        """Place questions."""
        return tuple(Question(text=note.text, cites=self._cites(note.cites)) for note in notes)

    def quotes(self, quotes: Iterable[DraftQuote]) -> tuple[Quote, ...]:
        """Place quotes."""
        return tuple(
            Quote(text=quote.text, speaker=quote.speaker, cite=self._cite(quote.segment))
            for quote in quotes
        )

    def _cites(self, indices: Cites) -> tuple[Cite, ...]:
        return tuple(self._cite(index) for index in indices)

    def _cite(self, index: int) -> Cite:
        return Cite(
            recording_id=self._transcript.recording_id,
            segment=index,
            start_ms=self._starts_ms[index],
        )

    def _spoken_at(self, index: int) -> datetime:
        return self._transcript.recorded_at + timedelta(milliseconds=self._starts_ms[index])

    def _moment(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, tzinfo=self._zone).astimezone(UTC)

    def _end(self, event: DraftEvent) -> datetime | None:
        if event.at is None or event.until is None:
            return None
        overnight = timedelta(days=int(event.until <= event.at))
        return self._moment(event.day + overnight, event.until)

    def _item_id(self, text: str) -> str:
        owner = self._transcript
        return ids.item_id(owner.tenant_id, owner.user_id, owner.recording_id, text)
