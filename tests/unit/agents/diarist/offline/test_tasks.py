"""What counts as a thing to do, and what only sounds like one."""

from datetime import date

import pytest

from agents.diarist.offline.extractive_writer import draft
from tests.support.builders import a_transcript

TOMORROW = date(2026, 11, 19)
FRIDAY = date(2026, 11, 20)
SATURDAY = date(2026, 11, 21)
MONDAY = date(2026, 11, 23)


def tasks_in(language: str, *said: str) -> list[tuple[str, date | None]]:
    return [
        (item.text, item.due) for item in draft(a_transcript(*said, language=language)).action_items
    ]


@pytest.mark.parametrize(
    ("language", "said", "task", "due"),
    [
        (
            "en",
            "I need to call the dentist tomorrow because my tooth hurts.",
            "Call the dentist",
            TOMORROW,
        ),
        (
            "en",
            "Don't forget to return the library books by Friday.",
            "Return the library books",
            FRIDAY,
        ),
        ("en", "I'll send Priya the budget tomorrow morning.", "Send Priya the budget", TOMORROW),
        ("en", "Remind me to bring her umbrella.", "Bring her umbrella", None),
        ("en", "My boss asked me to print the plan by Friday.", "Print the plan", FRIDAY),
        ("en", "I told Sarah I would send her the link.", "Send her the link", None),
        ("en", "The rent must be paid by Monday.", "The rent must be paid", MONDAY),
        ("de", "Am Samstag hole ich Lisa vom Bahnhof ab.", "Lisa vom Bahnhof abholen", SATURDAY),
        ("de", "Er hat mich gebeten, ihn anzurufen.", "Ihn anrufen", None),
        ("es", "Mi jefa me ha pedido que termine el informe.", "Termine el informe", None),
        ("en", "Buy bread and eggs.", "Buy bread and eggs", None),
        ("en", "My boss said I have to finish the report.", "Finish the report", None),
        ("de", "Ich muss morgen unbedingt die Miete überweisen.", "Die Miete überweisen", TOMORROW),
        ("de", "Ich darf nicht vergessen, Oma anzurufen.", "Oma anrufen", None),
        ("de", "Wir müssen bis Montag die Unterlagen schicken.", "Die Unterlagen schicken", MONDAY),
        ("de", "Milch und Brot kaufen.", "Milch und Brot kaufen", None),
        ("es", "Tengo que comprar un regalo antes del sábado.", "Comprar un regalo", SATURDAY),
        ("es", "No olvidar llamar a Ana mañana.", "Llamar a Ana", TOMORROW),
        ("es", "Hay que regar las plantas.", "Regar las plantas", None),
    ],
)
def test_a_task_is_found_with_its_day(
    language: str, said: str, task: str, due: date | None
) -> None:
    assert tasks_in(language, said) == [(task, due)]


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "I don't need to buy milk."),
        ("en", "I no longer have to wear the brace."),
        ("en", "Anna said she will send me the photos."),
        ("en", 'Tom shouted, "I need to go home".'),
        ("en", "I should have called her."),
        ("en", "I have to say the soup was great."),
        ("en", "Do I need to bring anything?"),
        ("en", "I wonder whether I should sell the bike."),
        ("en", "I had to wait for an hour."),
        ("en", "I would have to move if I got the job."),
        ("en", "My sister thinks I should sell the flat."),
        ("en", "Maybe we should call the landlord."),
        ("de", "Wenn es regnet, müssten wir das Fest absagen."),
        ("es", "Si llueve tendríamos que cancelar la merienda."),
        ("de", "Ich muss nicht mehr zum Amt."),
        ("de", "Ich muss heute nicht einkaufen."),
        ("de", "Anna hat gesagt, sie muss noch einkaufen."),
        ("de", "Ich muss sagen, die Suppe war gut."),
        ("de", "Ich musste lange warten."),
        ("es", "No tengo que trabajar mañana."),
        ("es", "Pedro dijo que tiene que pintar la cocina."),
        ("es", "Tengo que decir que me gustó."),
        ("es", "Tuve que esperar una hora."),
        ("en", "I must remember how happy I was."),
        ("en", "Maybe we'll visit Grandma on the third of March."),
        ("en", "I should send the report, but I've already done it."),
        ("de", "Ich habe nie versprochen, die Reparatur zu bezahlen."),
        ("de", "Ich sollte am Montag den Bericht schicken, aber das habe ich schon gemacht."),
        ("de", "Eigentlich müsste ich heute noch einkaufen, aber ich habe keine Lust."),
        ("de", "Ich muss meine Schlüssel im Büro vergessen haben."),
        ("de", "Ich muss ihn gestern übersehen haben."),
        ("de", "Der Zug muss um acht gefahren sein."),
        ("de", "Ich soll angeblich am Dienstag kündigen."),
        ("de", "Wenn es morgen regnet, müssen wir das Picknick absagen."),
        ("es", "Tenía que llamar a Pedro, pero ya lo hice."),
        ("es", "Tengo que llamar a Pedro, pero ya lo he hecho."),
    ],
)
def test_refusals_hearsay_and_figures_of_speech_are_no_tasks(language: str, said: str) -> None:
    assert tasks_in(language, said) == []


def test_two_tasks_in_one_sentence_are_two() -> None:
    said = "I need to talk to the landlord, and I have to water the plants."
    assert [text for text, _ in tasks_in("en", said)] == [
        "Talk to the landlord",
        "Water the plants",
    ]


def test_what_others_say_in_the_next_segment_is_theirs() -> None:
    assert tasks_in("en", "so i saw tom and he was like", "i have to get a new bike") == []


def test_a_task_cut_by_segments_is_one() -> None:
    assert tasks_in("en", "i need to call the", "plumber tomorrow") == [
        ("Call the plumber", TOMORROW)
    ]


def test_a_task_said_twice_is_listed_once() -> None:
    assert len(tasks_in("en", "I need to call Tom.", "I really have to call Tom.")) == 1


def test_a_language_without_rules_has_no_tasks() -> None:
    assert tasks_in("fr", "Il faut que j'achète du pain.") == []
