"""What goes into the calendar: things ahead, with a day or an hour."""

from datetime import date, time

import pytest

from agents.diarist.offline.extractive_writer import draft
from tests.support.builders import a_transcript


def plans_in(language: str, *said: str) -> list[tuple[str, date, time | None]]:
    events = draft(a_transcript(*said, language=language)).events
    return [(event.title, event.day, event.at) for event in events]


@pytest.mark.parametrize(
    ("language", "said", "title", "day", "at"),
    [
        (
            "en",
            "On Friday at seven we're having dinner with Priya.",
            "Dinner with Priya",
            20,
            time(19),
        ),
        (
            "en",
            "Tomorrow at three I have a dentist appointment.",
            "Dentist appointment",
            19,
            time(15),
        ),
        ("en", "Tomorrow I'm meeting Anna at noon.", "Meeting Anna", 19, time(12)),
        ("en", "The concert is on Friday at 8 o'clock.", "Concert", 20, time(20)),
        ("de", "Das Fest ist am Samstag um 7 Uhr.", "Fest", 21, time(19)),
        (
            "de",
            "Am Freitag um halb vier habe ich einen Termin beim Zahnarzt.",
            "Termin beim Zahnarzt",
            20,
            time(15, 30),
        ),
        ("de", "Am Samstag kommt Lena zum Kaffee.", "Lena kommt zum Kaffee", 21, None),
        (
            "es",
            "El viernes a las ocho de la tarde tenemos cena con mis padres.",
            "Cena con mis padres",
            20,
            time(20),
        ),
    ],
)
def test_a_plan_is_found_with_its_day_and_hour(
    language: str, said: str, title: str, day: int, at: time | None
) -> None:
    assert plans_in(language, said) == [(title, date(2026, 11, day), at)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Last Friday we had dinner with Priya."),
        ("en", "On Monday I met Tom at three for lunch."),
        ("en", "The meeting on Friday is cancelled."),
        ("en", "Every Friday I have a yoga class."),
        ("en", "Anna said she has an appointment tomorrow."),
        ("en", "Are we having dinner tomorrow?"),
        ("en", "If it is sunny on Sunday we are having a picnic."),
        ("en", "Tom is flying to Rome on Friday."),
        ("en", "We're not having dinner on Friday."),
        ("de", "Meine Schwester fliegt am Freitag nach Rom."),
        ("es", "Si hace bueno el domingo tenemos excursión."),
        ("de", "Der Termin am Donnerstag fällt aus."),
        ("de", "Heute Morgen war ich beim Zahnarzt."),
        ("es", "La cita del viernes está cancelada."),
    ],
)
def test_the_past_the_cancelled_and_the_plans_of_others_are_none(language: str, said: str) -> None:
    assert plans_in(language, said) == []


def test_an_hour_of_today_that_has_passed_is_no_plan() -> None:
    # Recorded at 09:10.
    assert plans_in("en", "The meeting starts at 8 am.") == []
    assert plans_in("en", "The meeting starts at 11 am.") == [
        ("Meeting", date(2026, 11, 18), time(11))
    ]
