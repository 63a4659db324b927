"""What a page gathers from its entries."""

from datetime import date, timedelta

from agents.daily.fold import fold
from schemas import (
    ActionItem,
    Cite,
    DailyDiary,
    DayStats,
    DiaryReady,
    Mood,
    NarrativeCite,
    Person,
    Status,
)
from tests.support.builders import MORNING, a_diary


def page_of(*entries: DiaryReady) -> DailyDiary:
    page = fold(None, entries, now=MORNING)
    assert page is not None
    return page


def cite(recording: str, segment: int = 0) -> Cite:
    return Cite(recording_id=recording, segment=segment, start_ms=segment * 4_000)


def test_narratives_follow_each_other_with_their_cites() -> None:
    first = a_diary(
        recording_id="a", narrative="One.", narrative_cites=(NarrativeCite(start=0, end=4),)
    )
    second = a_diary(
        recording_id="b",
        recorded_at=MORNING + timedelta(hours=1),
        narrative="Two.",
        narrative_cites=(NarrativeCite(start=0, end=4, cites=(cite("b"),)),),
    )
    page = page_of(second, first)
    assert page.narrative == "One.\n\nTwo."
    assert page.narrative_cites[1] == NarrativeCite(start=6, end=10, cites=(cite("b"),))


def test_a_long_day_is_shortened_to_what_is_read_in_minutes() -> None:
    words = "word " * 19 + "end."
    narrative = " ".join([words] * 60)
    spans = tuple(NarrativeCite(start=100 * i, end=100 * i + 99) for i in range(60))
    entries = [
        a_diary(recording_id=f"r-{i}", narrative=narrative, narrative_cites=spans) for i in range(3)
    ]
    page = page_of(*entries)
    assert 800 <= len(page.narrative.split()) <= 900
    assert all(page.narrative[c.start : c.end] == words for c in page.narrative_cites)


def test_a_person_met_twice_is_listed_once_with_both_cites() -> None:
    first = a_diary(recording_id="a", people=(Person(name="Anna", cites=(cite("a"),)),))
    second = a_diary(recording_id="b", people=(Person(name="Anna", cites=(cite("b"),)),))
    assert page_of(first, second).people == (Person(name="Anna", cites=(cite("a"), cite("b"))),)


def test_a_task_named_twice_keeps_its_first_id_and_its_earliest_day() -> None:
    soon, later = date(2026, 11, 19), date(2026, 11, 25)
    first = a_diary(
        recording_id="a", action_items=(ActionItem(item_id="1", text="Call Tom", due=later),)
    )
    second = a_diary(
        recording_id="b", action_items=(ActionItem(item_id="2", text="call Tom.", due=soon),)
    )
    assert page_of(first, second).action_items == (
        ActionItem(item_id="1", text="Call Tom", due=soon),
    )


def test_the_mood_is_the_strongest_and_the_latest_among_equals() -> None:
    moods = [("nervous", -1), ("proud", 2), ("happy", 2), ("tired", -1)]
    entries = [
        a_diary(
            recording_id=f"r-{i}",
            recorded_at=MORNING + timedelta(hours=i),
            mood=Mood(label=label, valence=valence),
        )
        for i, (label, valence) in enumerate(moods)
    ]
    assert page_of(*entries).mood == Mood(label="happy", valence=2)


def test_silence_is_counted_and_told_at_its_local_time() -> None:
    silent = a_diary(
        recording_id="s", status=Status.EMPTY, words=0, speech_ms=0, warnings=("no speech",)
    )
    page = page_of(a_diary(recorded_at=MORNING + timedelta(hours=1)), silent)
    assert page.warnings == ("no speech at 09:10",)
    assert page.stats == DayStats(recordings=2, audio_ms=60_000, speech_ms=25_000, words=6)
    assert page.title == "Met Anna for coffee"


def test_a_day_of_silence_has_a_page() -> None:
    page = page_of(a_diary(status=Status.EMPTY, title="No speech", narrative="", words=0))
    assert (page.title, page.narrative) == ("No speech", "")
