"""A believable Wednesday of somebody in Berlin who speaks English and German."""

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from schemas import TranscriptReady
from tests.support.builders import a_transcript

RECORDINGS: Sequence[tuple[str, str | None, Sequence[str]]] = (
    (
        "07:20",
        "en",
        (
            "Good morning.",
            "I slept badly because the neighbours had a party until two.",
            "I need to talk to the landlord, and I have to water Sofia's plants on Sunday anyway.",
            "The sunrise over the river was beautiful though.",
        ),
    ),
    (
        "08:45",
        "en",
        (
            "I'm reading the book that Sofia gave me, and it's much funnier than I expected.",
            "Don't forget to return the library books by Friday.",
        ),
    ),
    (
        "10:30",
        "en",
        (
            "Just finished the planning meeting with Marcus and Priya.",
            "We agreed to move the launch to December.",
            "Marcus said he will talk to the customers.",
            "I'll send Priya the budget tomorrow morning.",
            "I don't have to prepare the slides, Tom is doing that.",
            "Should we invite the design team as well?",
        ),
    ),
    (
        "12:40",
        "de",
        (
            "Mittagspause im Stadtpark mit Lena.",
            "Wir haben lange über ihre Wohnung in Leipzig geredet, die jetzt endlich fertig ist.",
            "Am Samstag um drei kommt sie mit ihrem Bruder Jonas zum Kaffee.",
            "Ich muss vorher noch einen Kuchen backen.",
        ),
    ),
    ("14:02", None, ()),
    (
        "15:15",
        "de",
        (
            "Der Zahnarzt hat angerufen, der Termin am Donnerstag fällt aus.",
            "Ich muss also nicht hin.",
            "Ich darf nicht vergessen, Oma anzurufen.",
        ),
    ),
    (
        "17:50",
        "en",
        (
            "Long run along the canal, eight kilometres.",
            "My knee feels better, so I've decided to sign up for the half marathon in April.",
            "I wonder whether the old shoes will last.",
        ),
    ),
    (
        "19:30",
        "de",
        (
            "Heute Abend habe ich mit Paul Linsensuppe gekocht.",
            "Paul meinte, er muss sich was anderes suchen.",
            "Wir haben beschlossen, im Sommer mit dem Zug nach Italien zu fahren.",
            "Ich bin müde, aber sehr zufrieden.",
        ),
    ),
    (
        "22:40",
        "en",
        (
            "Last thought for today.",
            "I was worried about the launch all week, and now I feel relieved.",
            "Tomorrow I'm meeting Anna at half past twelve for lunch at the market.",
            "Remind me to bring her umbrella.",
        ),
    ),
)


def transcripts_of_the_day() -> list[TranscriptReady]:
    """Return the day's transcripts in the order of time; the fifth one is silent."""
    return [
        a_transcript(*texts, recording_id=f"rec-{clock}", recorded_at=_at(clock), language=language)
        for clock, language, texts in RECORDINGS
    ]


def _at(clock: str) -> datetime:
    hour, minute = map(int, clock.split(":"))
    return datetime(2026, 11, 18, hour, minute, tzinfo=ZoneInfo("Europe/Berlin")).astimezone(UTC)
