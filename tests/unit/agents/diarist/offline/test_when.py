"""Days and hours as people say them, seen from Wednesday, 18 November 2026."""

from datetime import date, time

import pytest

from agents.diarist.offline.rules.catalogue import rules_for
from agents.diarist.offline.when import when, without_times

WEDNESDAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("language", "said", "day", "at"),
    [
        ("en", "lunch with Anna on Friday at three", 20, time(15)),
        ("en", "dinner tomorrow at half past seven", 19, time(19, 30)),
        ("en", "the flight leaves at quarter to six tomorrow morning", 19, time(5, 45)),
        ("en", "next Monday at 15:30", 23, time(15, 30)),
        ("en", "the dentist, the day after tomorrow at 9 am", 20, time(9)),
        ("en", "on Wednesday", 25, None),
        ("en", "in two days", 20, None),
        ("en", "on November 30th at noon", 30, time(12)),
        ("en", "this weekend", 21, None),
        ("en", "by the end of the month", 30, None),
        ("en", "on Thursday the 26th at half past four", 26, time(16, 30)),
        ("en", "moved from Monday to Wednesday at 3 pm", 25, time(15)),
        ("de", "übermorgen um halb acht", 20, time(7, 30)),
        ("de", "morgen um viertel vor drei", 19, time(14, 45)),
        ("de", "am Freitag um fünf vor halb neun", 20, time(8, 25)),
        ("de", "bis Monatsende", 30, None),
        ("es", "pasado mañana a las ocho y media", 20, time(8, 30)),
        ("es", "comida con Carla mañana a las dos y media", 19, time(14, 30)),
        ("es", "antes de fin de mes", 30, None),
        ("de", "morgen um halb vier", 19, time(15, 30)),
        ("de", "am Freitagabend um acht", 20, time(20)),
        ("de", "übermorgen früh um sieben", 20, time(7)),
        ("de", "am 30. November um 15 Uhr 30", 30, time(15, 30)),
        ("de", "heute Morgen", 18, None),
        ("es", "mañana a las tres y media", 19, time(15, 30)),
        ("es", "el viernes a las nueve de la noche", 20, time(21)),
        ("es", "mañana por la mañana a las ocho menos cuarto", 19, time(7, 45)),
        ("es", "esta mañana", 18, None),
    ],
)
def test_a_day_and_an_hour_are_resolved(
    language: str, said: str, day: int, at: time | None
) -> None:
    found = when(said, today=WEDNESDAY, words=rules_for(language).calendar)
    assert (found.day, found.at) == (date(2026, 11, day), at)


def test_a_day_gone_by_is_known_as_such() -> None:
    assert when("last Friday", today=WEDNESDAY, words=rules_for("en").calendar).past


def test_a_date_is_the_nearest_one_to_come() -> None:
    found = when("on January 5th", today=WEDNESDAY, words=rules_for("en").calendar)
    assert found.day == date(2027, 1, 5)


@pytest.mark.parametrize(
    ("language", "said", "today", "day"),
    [
        ("en", "tomorrow", date(2028, 2, 28), date(2028, 2, 29)),
        ("en", "in a month", date(2027, 1, 31), date(2027, 2, 28)),
        ("de", "am 29. Februar 2028", WEDNESDAY, date(2028, 2, 29)),
        ("de", "am dreißigsten", date(2027, 2, 3), date(2027, 3, 30)),
        ("es", "dentro de dos semanas", date(2026, 12, 24), date(2027, 1, 7)),
        ("es", "mañana", date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_months_and_years_end_where_they_do(
    language: str, said: str, today: date, day: date
) -> None:
    assert when(said, today=today, words=rules_for(language).calendar).day == day


def test_a_bare_hour_lies_ahead_of_the_recording() -> None:
    words = rules_for("en").calendar
    assert when("at nine", today=WEDNESDAY, words=words, now=time(20, 30)).at == time(21)


@pytest.mark.parametrize("said", ["at one point", "um zwei Prozent", "February 31st"])
def test_what_only_looks_like_a_time_is_none(said: str) -> None:
    for language in ("en", "de"):
        found = when(said, today=WEDNESDAY, words=rules_for(language).calendar)
        assert (found.day, found.at) == (None, None)


def test_the_words_about_time_can_be_taken_out() -> None:
    found = when("lunch on Friday at three", today=WEDNESDAY, words=rules_for("en").calendar)
    assert without_times("lunch on Friday at three", found.spans) == "lunch"
