from agents.transcriber.languages import HeardLanguage
from agents.transcriber.recording_language import RecordingLanguageState


def heard(code: str, seconds: float, probability: float = 0.95) -> HeardLanguage:
    return HeardLanguage(code=code, probability=probability, speech_ms=round(seconds * 1000))


def test_a_hint_settles_it_at_once() -> None:
    state = RecordingLanguageState("de")
    for _ in range(9):
        state.hear(heard("en", 30))

    assert state.settled == "de"


def test_a_minute_of_sure_speech_settles_it() -> None:
    state = RecordingLanguageState(None)
    state.hear(heard("de", 25))
    state.hear(heard("en", 34))
    assert state.settled is None

    state.hear(heard("de", 1.9))
    state.hear(heard("en", 2))

    assert state.settled == "en"


def test_a_few_doubtful_chunks_do_not_wait_for_ever() -> None:
    state = RecordingLanguageState(None)
    for _ in range(3):
        state.hear(heard("es", 20, 0.4))
    assert state.settled is None

    state.hear(heard("en", 20, 0.4))

    assert state.settled == "es"


def test_what_is_sure_outweighs_all_that_is_not() -> None:
    state = RecordingLanguageState(None)
    state.hear(heard("de", 2))
    state.hear(heard("en", 30, 0.7))
    state.settle()

    assert state.settled == "de"
    assert state.is_wrong(heard("en", 30, 0.7))
    assert state.is_wrong(heard("en", 1.9))
    assert not state.is_wrong(heard("en", 2))
    assert not state.is_wrong(heard("de", 0.1, 0.2))


def test_nothing_heard_settles_nothing() -> None:
    state = RecordingLanguageState(None)
    state.settle()

    assert state.settled is None
    assert not state.is_wrong(heard("en", 0.1))
