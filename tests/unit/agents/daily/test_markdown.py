"""How a page is written: local times, its reader's language, and nothing but text."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from agents.daily.fold import fold
from agents.daily.markdown import escaped, markdown
from schemas import ActionItem, CalendarEvent, Cite, DiaryReady, NarrativeCite, Quote
from tests.support.builders import MORNING, a_diary


def rendered(*entries: DiaryReady) -> str:
    page = fold(None, entries, now=MORNING)
    assert page is not None
    return markdown(page)


def told(recording: str, text: str, **changes: object) -> DiaryReady:
    cite = Cite(recording_id=recording, segment=0, start_ms=0)
    spans = (NarrativeCite(start=0, end=len(text), cites=(cite,)),)
    return a_diary(recording_id=recording, narrative=text, narrative_cites=spans, **changes)


def test_a_small_page_has_no_empty_sections() -> None:
    assert rendered(told("a", "I met Anna.")) == (
        "# Wednesday, 18 November 2026\n\n"
        "**Met Anna for coffee**\n\n"
        "## Morning\n\n"
        "**09:10**  I met Anna.\n\n"
        "---\n\n"
        "*1 recording · 1 min of speech · written offline from your own words · page 1, open*\n"
    )


@pytest.mark.parametrize(
    ("writers", "footer"),
    [
        ([{}, {}], "written offline from your own words"),
        ([{"provider": "anthropic", "model": "m_1"}, {}], r"anthropic m\_1"),
        (
            [{"provider": "anthropic", "model": "m"}, {"fallback": True}],
            "anthropic m · 1 offline for now",
        ),
        ([{"fallback": True}, {"fallback": True}], "2 offline for now"),
    ],
)
def test_the_footer_tells_who_wrote(writers: list[dict[str, object]], footer: str) -> None:
    entries = [
        told(str(number), "I met Anna.", generator=replace(a_diary().generator, **writer))  # type: ignore[arg-type]
        for number, writer in enumerate(writers)
    ]
    assert f" of speech · {footer} · page 1" in rendered(*entries)


def test_who_travels_reads_the_time_it_was_there() -> None:
    there = told("b", "I landed.", recorded_at=MORNING + timedelta(hours=9), time_zone="Asia/Tokyo")
    page = rendered(told("a", "I left."), there)
    assert "**09:10**  I left." in page
    assert "## Night\n\n**02:10**  I landed." in page


@pytest.mark.parametrize(
    ("language", "heading", "part"),
    [
        ("de", "# Mittwoch, 18. November 2026", "## Morgen"),
        ("es", "# Miércoles, 18 de noviembre de 2026", "## Mañana"),
        ("fr", "# Wednesday, 18 November 2026", "## Morning"),
    ],
)
def test_headings_are_in_the_language_of_the_day(language: str, heading: str, part: str) -> None:
    page = rendered(told("a", "…", language=language))
    assert page.startswith(heading)
    assert part in page


def test_tasks_are_boxes_with_the_next_due_first() -> None:
    items = (
        ActionItem(item_id="1", text="Buy milk"),
        ActionItem(item_id="2", text="Call Tom", due=date(2026, 11, 20), owner="Anna"),
    )
    page = rendered(a_diary(action_items=items))
    assert "- [ ] Call Tom (Anna) – by Fri 20 Nov\n- [ ] Buy milk" in page  # noqa: RUF001


def test_plans_show_their_local_day_and_hour() -> None:
    lunch = CalendarEvent(title="Lunch", start=MORNING + timedelta(days=1), place="market")
    page = rendered(a_diary(events=(lunch,)))
    assert "- **Thu 19 Nov, 09:10**  Lunch (market)" in page


def test_a_quote_is_shown_unless_the_narrative_says_the_same() -> None:
    cite = Cite(recording_id="a", segment=0, start_ms=0)
    assert "> What a day" in rendered(
        told("a", "Hm.", quotes=(Quote(text="What a day", cite=cite),))
    )
    assert ">" not in rendered(told("a", "Hm. So.", quotes=(Quote(text="Hm.", cite=cite),)))


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("**bold** and `code`", r"\*\*bold\*\* and \`code\`"),
        ("# heading", r"\# heading"),
        ("1. first", r"1\. first"),
        ("- item", r"\- item"),
        ("[link](http://evil.example)", r"\[link\](http\://evil.example)"),
        ("<script>", r"\<script\>"),
        ("two\nlines", "two lines"),
        ("www.evil.example", r"www\.evil.example"),
    ],
)
def test_text_from_recordings_is_never_markup(said: str, shown: str) -> None:
    assert escaped(said) == shown
