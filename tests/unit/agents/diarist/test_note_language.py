"""A note is in the language spoken, or the one the person chose."""

from agents.diarist.draft import Draft, DraftPassage
from agents.diarist.note_language import settled, strays, written_in
from schemas import Segment
from tests.support.builders import a_generator, a_segment, a_transcript

ENGLISH = "I was in the park with my brother and we talked about the new job that he has."
GERMAN = "Ich war mit meinem Bruder im Park und wir haben über die neue Arbeit geredet, die er hat."
FRENCH = "Je suis allée au parc avec mon frère et nous avons parlé de son travail dans la ville."


def a_note(text: str) -> Draft:
    return Draft(
        title="",
        summary="",
        narrative=(DraftPassage(text=text, cites=()),),
        generator=a_generator(),
    )


def spoken(*texts: str) -> tuple[Segment, ...]:
    return a_transcript(*texts).segments


def test_a_language_is_told_by_its_commonest_words() -> None:
    assert [written_in([text]) for text in (ENGLISH, GERMAN, "A word.")] == ["en", "de", None]


def test_a_note_in_a_language_that_nobody_spoke_or_chose_strays() -> None:
    assert strays(a_note(ENGLISH), spoken(GERMAN), "de", None)
    assert not strays(a_note(ENGLISH), spoken(GERMAN), "de", "en")
    assert not strays(a_note(ENGLISH), spoken(GERMAN, ENGLISH), "de", None)


def test_nothing_is_claimed_of_languages_that_are_not_known() -> None:
    assert not strays(a_note(ENGLISH), spoken(FRENCH), "fr", None)
    assert not strays(a_note(FRENCH), spoken(ENGLISH), "en", "fr")
    assert not strays(a_note(ENGLISH), spoken(GERMAN), None, None)


def test_a_wrong_claim_gives_way_to_the_language_spoken() -> None:
    assert settled("en", (), spoken="de", wanted=None) == "de"
    assert settled("en", (), spoken="de", wanted="en") == "en"
    assert settled("de-AT", (), spoken="de", wanted=None) == "de-AT"
    assert settled("<b>klingon</b>", (), spoken="de", wanted="tlh") == "de"
    assert settled(None, (a_segment("Hola", language="es"),), spoken=None, wanted=None) == "es"
    assert settled("nonsense!", (), spoken=None, wanted=None) is None
