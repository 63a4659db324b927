"""Renders the page of a day as Markdown that reads well as it is, on a terminal too."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from agents.daily.labels import Labels, labels_for
from agents.daily.story import paragraphs
from schemas import CalendarEvent, Cite, DailyDiary, Status

_OFFLINE = "extractive"
"""Provider of entries that no model wrote."""

_GLANCE_FROM_WORDS = 400
"""Up to this many words the day itself is the overview; a longer one gets a timeline on top."""

_MORNING, _NOON, _EVENING, _NIGHT = 4, 12, 17, 23
"""Hours at which the parts of a day begin."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>|~]|^[#+-]|(?<=^\d)[.)](?=\s)|(?<=^\d\d)[.)](?=\s)")
_LINK_LIKE = re.compile(r"(?<=\w)(?=://)|(?<=\bwww)(?=\.)")


def markdown(page: DailyDiary) -> str:
    """Return the page as Markdown, with headings in the language most spoken that day.

    Text from recordings is escaped: it shows as it is and never as markup or a link.
    """
    return "\n\n".join(_blocks(page, labels_for(page.language))) + "\n"


def escaped(text: str) -> str:
    """Escape `text`, put on one line, so that Markdown shows it as it is."""
    line = " ".join(text.split())
    return _LINK_LIKE.sub(r"\\", _SPECIAL.sub(lambda match: "\\" + match[0], line))


def _blocks(page: DailyDiary, labels: Labels) -> Iterator[str]:
    yield f"# {labels.full(page.diary_date)}"
    if page.title:
        yield f"**{escaped(page.title)}**"
    if len(page.narrative.split()) >= _GLANCE_FROM_WORDS:
        lines = [f"{_clock(i.at, i.cites, page)}  {escaped(i.headline)}" for i in page.timeline]
        yield from _listed(labels.at_a_glance, lines)
    yield from _told(page, labels)
    yield from _listed(labels.tasks, _tasks(page, labels), bullet="- [ ] ")
    yield from _listed(labels.plans, [_plan(event, page, labels) for event in page.events])
    yield from _listed(labels.decisions, [escaped(note.text) for note in page.decisions])
    yield from _listed(labels.questions, [escaped(note.text) for note in page.questions])
    yield from _named(page, labels)
    yield from _quoted(page, labels)
    yield from _listed(labels.warnings, [escaped(warning) for warning in page.warnings])
    yield f"---\n\n*{_footer(page, labels)}*"


def _listed(heading: str, lines: Sequence[str], *, bullet: str = "- ") -> Iterator[str]:
    if lines:
        yield f"## {heading}"
        yield "\n".join(bullet + line for line in lines)


def _told(page: DailyDiary, labels: Labels) -> Iterator[str]:
    part_before = told_before = None
    for start, paragraph in paragraphs(page.narrative):
        if not paragraph:
            continue
        cite = _first_cite(page, start, start + len(paragraph))
        if cite is None:
            yield escaped(paragraph)
            continue
        at = _spoken_at(cite, page)
        part = _part_of_day(at.hour)
        if part != part_before:
            yield f"## {labels.parts_of_day[part]}"
        head = f"**{at:%H:%M}**  " if told_before != cite.recording_id else ""
        yield head + escaped(paragraph)
        part_before, told_before = part, cite.recording_id


def _first_cite(page: DailyDiary, start: int, end: int) -> Cite | None:
    inside = (cites for cites in page.narrative_cites if cites.start < end and cites.end > start)
    return next((cite for found in inside for cite in found.cites), None)


def _part_of_day(hour: int) -> int:
    if _MORNING <= hour < _NOON:
        return 0
    if _NOON <= hour < _EVENING:
        return 1
    return 2 if _EVENING <= hour < _NIGHT else 3


def _tasks(page: DailyDiary, labels: Labels) -> list[str]:
    in_order = sorted(page.action_items, key=lambda item: item.due or date.max)
    return [
        escaped(item.text)
        + (f" ({escaped(item.owner)})" if item.owner else "")
        + (f" – {labels.due.format(labels.short(item.due))}" if item.due else "")  # noqa: RUF001 - a dash for readers
        for item in in_order
    ]


def _plan(event: CalendarEvent, page: DailyDiary, labels: Labels) -> str:
    start = event.start.astimezone(_zone(event.cites, page))
    at = labels.all_day if event.all_day else f"{start:%H:%M}"
    place = f" ({escaped(event.place)})" if event.place and event.place not in event.title else ""
    return f"**{labels.short(start.date())}, {at}**  {escaped(event.title)}{place}"


def _named(page: DailyDiary, labels: Labels) -> Iterator[str]:
    lines = [
        (labels.people, [person.name for person in page.people]),
        (labels.places, [place.name for place in page.places]),
        (labels.topics, list(page.topics)),
        (labels.mood, [page.mood.label] if page.mood else []),
    ]
    written = [f"**{head}:** {', '.join(map(escaped, names))}" for head, names in lines if names]
    if written:
        yield "  \n".join(written)


def _quoted(page: DailyDiary, labels: Labels) -> Iterator[str]:
    # What the narrative says in the very same words is not worth saying twice.
    fresh = [quote for quote in page.quotes if quote.text not in page.narrative]
    if fresh:
        yield f"## {labels.quotes}"
    for quote in fresh:
        who = f", {escaped(quote.speaker)}" if quote.speaker else ""
        at = _spoken_at(quote.cite, page)
        yield f"> {escaped(quote.text)}  \n> – {at:%H:%M}{who}"  # noqa: RUF001 - a dash for readers


def _footer(page: DailyDiary, labels: Labels) -> str:
    count = page.stats.recordings
    minutes = max(1, round(page.stats.speech_ms / 60_000)) if page.stats.speech_ms else 0
    parts = [
        labels.recordings[count != 1].format(count),
        labels.minutes.format(minutes),
        *_writers(page, labels),
        f"{labels.revision.format(page.revision)}, {labels.states[page.state]}",
        labels.reasons.get(page.reason, ""),
    ]
    return " · ".join(part for part in parts if part)


def _writers(page: DailyDiary, labels: Labels) -> Iterator[str]:
    """Yield who wrote the entries, and how many of them wait for a better writer."""
    told = [entry.generator for entry in page.entries if entry.status is Status.OK]
    models = dict.fromkeys(f"{g.provider} {g.model}" for g in told if g.provider != _OFFLINE)
    waiting = sum(generator.fallback for generator in told)
    if models:
        yield escaped(", ".join(models))
    elif not waiting:
        yield labels.offline
    if waiting:
        yield labels.for_now.format(waiting)


def _clock(at: datetime, cites: Iterable[Cite], page: DailyDiary) -> str:
    return f"{at.astimezone(_zone(cites, page)):%H:%M}"


def _spoken_at(cite: Cite, page: DailyDiary) -> datetime:
    zone = _zone([cite], page)
    for entry in page.entries:
        if entry.recording_id == cite.recording_id:
            return (entry.recorded_at + timedelta(milliseconds=cite.start_ms)).astimezone(zone)
    return datetime.combine(page.diary_date, datetime.min.time(), tzinfo=zone)


def _zone(cites: Iterable[Cite], page: DailyDiary) -> ZoneInfo:
    """Return the zone of the recording cited: who travels reads the time it was there."""
    cited = {cite.recording_id for cite in cites}
    zones = (entry.time_zone for entry in page.entries if entry.recording_id in cited)
    return ZoneInfo(next(zones, page.time_zone))
