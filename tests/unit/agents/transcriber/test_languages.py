import pytest

from agents.errors import LanguageUnsupported
from agents.transcriber.languages import HeardLanguage, asked_language, is_mixed, majority
from tests.support.engine import FakeEngine


def heard(code: str, seconds: float, probability: float = 0.9) -> HeardLanguage:
    return HeardLanguage(code=code, probability=probability, speech_ms=round(seconds * 1000))


@pytest.mark.parametrize(
    ("hint", "code"), [("de", "de"), ("de-AT", "de"), ("EN_us", "en"), (None, None), ("", None)]
)
def test_a_hint_names_a_language_of_the_model(hint: str | None, code: str | None) -> None:
    assert asked_language(hint, FakeEngine()) == code


def test_a_language_the_model_does_not_know_names_the_setting() -> None:
    with pytest.raises(LanguageUnsupported) as caught:
        asked_language("it-IT", FakeEngine())

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
