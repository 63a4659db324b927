import pytest

from agents.errors import LanguageUnsupported
from agents.transcriber.languages import (
    HeardLanguage,
    asked_language,
    choose_language,
    is_mixed,
    majority,
)
from tests.support.engine import FakeEngine


def heard(code: str, seconds: float, probability: float = 0.9) -> HeardLanguage:
    return HeardLanguage(code=code, probability=probability, speech_ms=round(seconds * 1000))


@pytest.mark.parametrize(
    ("hint", "code"), [("de", "de"), ("de-AT", "de"), ("EN_us", "en"), (None, None), ("", None)]
)
def test_a_hint_names_a_language_of_the_model(hint: str | None, code: str | None) -> None:
    assert asked_language(hint, FakeEngine().served) == code


def test_a_language_the_model_does_not_know_names_the_setting() -> None:
    with pytest.raises(LanguageUnsupported) as caught:
        asked_language("it-IT", FakeEngine().served)

    assert str(caught.value) == (
        "language_hint 'it-IT': the model 'fake-model' knows de, en, es only; "
        "set DAYBOOK_WHISPER_MODEL to a model that knows this language"
    )


def test_the_language_of_most_speech_is_the_recordings() -> None:
    chunks = [heard("en", 1, 0.5), heard("en", 3, 0.9), heard("de", 2)]

    found = majority(chunks)

    assert found is not None
    assert (found.code, found.speech_ms) == ("en", 4000)
    assert found.probability == pytest.approx(0.8)


def test_no_speech_has_no_language() -> None:
    assert majority([]) is None


def test_mixed_means_two_languages_for_sure() -> None:
    assert is_mixed([heard("en", 3), heard("de", 3)])
    assert not is_mixed([heard("en", 3), heard("de", 1)])
    assert not is_mixed([heard("en", 3), heard("de", 3, 0.7)])


@pytest.mark.parametrize(
    ("best", "prior", "seconds", "chosen"),
    [
        (("de", 0.95), None, 0.2, ("de", 0.95)),
        (("de", 0.95), "de", 0.2, ("de", 0.95)),
        (("de", 0.8), "en", 2.0, ("de", 0.8)),
        (("de", 0.79), "en", 9.0, ("en", 0.01)),
        (("de", 0.95), "en", 1.9, ("en", 0.01)),
        (("de", 0.5), "fr", 9.0, ("fr", 0.0)),
    ],
    ids=["nothing known", "agrees", "sure", "unsure", "too short", "not ranked"],
)
def test_a_chunk_departs_from_its_recordings_language_only_if_it_surely_is_in_another(
    best: tuple[str, float], prior: str | None, seconds: float, chosen: tuple[str, float]
) -> None:
    ranking = [best, ("en", 0.01)]

    assert choose_language(ranking, prior=prior, speech_ms=round(seconds * 1000)) == chosen


def test_what_an_engine_does_not_say_makes_nothing_sure() -> None:
    silent = HeardLanguage(code="en", probability=None, speech_ms=9_000)

    assert majority([silent]) == silent
    assert not is_mixed([silent, heard("de", 3)])
