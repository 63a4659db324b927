"""The page of a day: the same for every order and grouping of its entries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from agents.daily.fold import DayBounds, fold
from schemas import DailyDiary, DayReason, DayState, DiaryReady, Status, UserSettings
from tests.support.builders import MORNING, a_diary, a_generator

EVENING = datetime(2026, 11, 18, 20, tzinfo=UTC)
NEXT_WEEK = datetime(2026, 11, 25, tzinfo=UTC)


def folded(*entries: DiaryReady, onto: DailyDiary | None = None) -> DailyDiary:
    page = fold(onto, entries, now=EVENING)
    assert page is not None
    return page


def an_entry(recording: int, revision: int, content: int, hour: int) -> DiaryReady:
    name = f"{recording}-{revision}-{content}-{hour}"
    return a_diary(
        recording_id=f"rec-{recording}",
        entry_id=f"entry-{name}",
        revision=revision,
        content_sha256=f"sha-{content}",
        recorded_at=MORNING + timedelta(hours=hour),
        title=f"Title {name}",
        narrative=f"Narrative {name}.",
        words=10 + content,
        language=("en", "de")[content % 2],
        status=(Status.OK, Status.EMPTY)[hour == 3],
    )


ENTRIES = st.lists(
    st.builds(an_entry, st.integers(1, 4), st.integers(1, 3), st.integers(1, 3), st.integers(0, 3)),
    min_size=1,
    max_size=10,
)


def without_history(page: DailyDiary | None) -> DailyDiary | None:
    if page is None:
        return None
    history = {"revision": 1, "reason": DayReason.NEW_CLIP, "state": DayState.OPEN}
    return replace(page, occurred_at=None, **history)  # type: ignore[arg-type]


@settings(deadline=None)
@given(entries=ENTRIES, data=st.data())
def test_the_page_is_the_same_for_every_order_and_grouping(
    entries: list[DiaryReady], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations(entries))
    cuts = sorted(data.draw(st.sets(st.integers(1, len(entries)))) | {0, len(entries)})
    page = None
    for start, end in pairwise(cuts):
        page = fold(page, shuffled[start:end], now=EVENING) or page
    assert without_history(page) == without_history(fold(None, entries, now=EVENING))


@settings(deadline=None)
@given(entries=ENTRIES)
def test_what_is_on_the_page_already_publishes_nothing(entries: list[DiaryReady]) -> None:
    assert fold(folded(*entries), entries, now=EVENING) is None


def test_no_entries_make_no_page() -> None:
    assert fold(None, [], now=EVENING) is None


def test_the_first_page_names_its_day() -> None:
    page = folded(a_diary())
    assert (page.day_id, page.revision) == ("default/ada/2026-11-18", 1)
    assert (page.reason, page.state) == (DayReason.NEW_CLIP, DayState.OPEN)
    assert page.occurred_at == EVENING


def test_a_later_recording_is_new_and_an_earlier_one_late() -> None:
    page = folded(a_diary(recording_id="noon", recorded_at=MORNING + timedelta(hours=3)))
    later = a_diary(recording_id="evening", recorded_at=MORNING + timedelta(hours=9))
    earlier = a_diary(recording_id="morning", recorded_at=MORNING)
    assert folded(later, onto=page).reason is DayReason.NEW_CLIP
    assert folded(earlier, onto=page).reason is DayReason.LATE_CLIP
    assert folded(earlier, onto=page).revision == 2


def test_a_page_written_after_its_day_is_settled_and_what_comes_then_is_late() -> None:
    page = folded(a_diary())
    new = a_diary(recording_id="rec-2", recorded_at=MORNING + timedelta(hours=9))
    settled = fold(page, [new], now=NEXT_WEEK)
    assert settled is not None
    assert (settled.state, settled.reason) == (DayState.SETTLED, DayReason.LATE_CLIP)


def test_a_better_entry_replaces_the_one_before_and_an_older_one_changes_nothing() -> None:
    fallback = a_diary(entry_id="e-1", revision=1, generator=a_generator(fallback=True))
    full = a_diary(entry_id="e-2", revision=2, title="Coffee with Anna")
    page = folded(full, onto=folded(fallback))
    assert (page.title, page.reason) == ("Coffee with Anna", DayReason.REPROCESS)
    assert fold(page, [fallback], now=EVENING) is None


def test_the_same_bytes_count_once_as_the_recording_made_first() -> None:
    copy = a_diary(recording_id="a-copy", recorded_at=MORNING + timedelta(hours=1))
    first = a_diary(recording_id="b-first", content_sha256=copy.content_sha256, title="First")
    page = folded(first, onto=folded(copy))
    assert (page.stats.recordings, page.title) == (1, "First")
    assert [entry.duplicate_of for entry in page.entries] == [None, "b-first"]


def test_the_zone_of_the_page_is_that_of_the_first_recording() -> None:
    there = a_diary(time_zone="America/New_York", recorded_at=MORNING + timedelta(hours=9))
    page = folded(there)
    assert page.time_zone == "America/New_York"
    assert folded(a_diary(recording_id="home"), onto=page).time_zone == "Europe/Berlin"


def test_a_day_is_over_when_its_person_wishes() -> None:
    page = folded(a_diary())
    bounds = DayBounds().as_wished(UserSettings(user_id="ada", day_start="06:30"))

    assert bounds.settles_at(page) == DayBounds().settles_at(page) + timedelta(hours=2.5)
    assert DayBounds().as_wished(UserSettings(user_id="ada")) == DayBounds()
