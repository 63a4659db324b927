"""People and places are those that were named, and no others."""

import pytest

from agents.diarist.offline.extractive_writer import draft
from tests.support.builders import a_transcript


def people_in(language: str, *said: str) -> list[str]:
    return [person.name for person in draft(a_transcript(*said, language=language)).people]


def places_in(language: str, *said: str) -> list[str]:
    return [place.name for place in draft(a_transcript(*said, language=language)).places]


@pytest.mark.parametrize(
    ("language", "said", "people"),
    [
        ("en", "I met Anna Smith and Tom for lunch on Monday.", ["Anna Smith", "Tom"]),
        ("en", "My friend Svetlana called.", ["Svetlana"]),
        ("en", "Then Zbigniew said it was late.", ["Zbigniew"]),
        ("en", "I went for a walk with Mum in May.", ["Mum"]),
        ("de", "Ich habe mit Herrn Krause und Jana Kaffee getrunken.", ["Krause", "Jana"]),
        ("de", "Mit Milch und Zucker schmeckt der Kaffee in Berlin besser.", []),
        ("de", "Annas Geburtstag war schön.", ["Anna"]),
        ("es", "He comido con Lucía y Pedro en Sevilla.", ["Lucía", "Pedro"]),
    ],
)
def test_people_are_told_from_things(language: str, said: str, people: list[str]) -> None:
    assert people_in(language, said) == people


@pytest.mark.parametrize(
    ("language", "said", "places"),
    [
        ("en", "We walked through the park to the bakery in Leeds.", ["park", "bakery", "Leeds"]),
        ("de", "Ich war im Stadtpark und fahre morgen nach Köln.", ["Stadtpark", "Köln"]),
        ("de", "Ich habe in Ruhe gelesen.", []),
        ("es", "Estuvimos en el mercado de Granada.", ["mercado", "Granada"]),
    ],
)
def test_places_are_found_by_their_prepositions(
    language: str, said: str, places: list[str]
) -> None:
    assert places_in(language, said) == places


def test_a_first_name_is_the_person_whose_full_name_was_said() -> None:
    said = ("I met Anna Smith today.", "Anna told me about her job.")
    (person,) = draft(a_transcript(*said)).people
    assert (person.name, person.cites) == ("Anna Smith", (0, 1))
