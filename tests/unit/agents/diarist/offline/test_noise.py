"""What recognisers make of silence and music is left out, what people say is not."""

import pytest

from agents.diarist.offline.noise import without_noise
from tests.support.builders import a_segment


def left_of(*texts: str) -> list[str]:
    segments = [a_segment(text, index=index) for index, text in enumerate(texts)]
    return [segment.text for segment in without_noise(segments)]


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching!",
        "Thank you for watching, please subscribe.",
        "Untertitel der Amara.org-Community",
        "Untertitel im Auftrag des ZDF für funk, 2017",
        "Subtítulos realizados por la comunidad de Amara.org",
        "Sous-titrage ST' 501",
        "Sottotitoli creati dalla comunità Amara.org",
        "ご視聴ありがとうございました",
        "[Music]",
        "♪ ♪",
        "(applause)",
        "you you you you you you",
        "ああああああああああああ",
        "...",
    ],
)
def test_silence_leaves_nothing(text: str) -> None:
    assert left_of(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "Thanks for watching the dog this weekend, I told Anna.",
        "I translated the subtitles of the film by myself all day.",
        "No, no, no, I said.",
    ],
)
def test_speech_stays_as_it_is(text: str) -> None:
    assert left_of(text) == [text]


def test_a_tag_goes_and_the_words_beside_it_stay() -> None:
    assert left_of("[Music] I had soup for lunch.") == ["I had soup for lunch."]


def test_a_sentence_that_keeps_coming_back_is_a_loop() -> None:
    said = ["We went to the lake.", "It was cold today."] * 4
    assert left_of(*said) == said[:4]
