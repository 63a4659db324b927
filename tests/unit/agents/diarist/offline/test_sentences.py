"""Where a sentence begins and ends."""

import pytest

from agents.diarist.offline.rules.catalogue import rules_for
from agents.diarist.offline.sentences import sentences_of
from tests.support.builders import a_segment


def cut(language: str, *texts: str) -> list[str]:
    segments = [a_segment(text, index=index) for index, text in enumerate(texts)]
    return [sentence.text for sentence in sentences_of(segments, rules_for(language))]


@pytest.mark.parametrize(
    ("language", "text", "sentences"),
    [
        ("en", "I saw Dr. Jones. He was late!", ["I saw Dr. Jones.", "He was late!"]),
        ("de", "Am 3. Mai ist Markt. Kommst du?", ["Am 3. Mai ist Markt.", "Kommst du?"]),
        ("es", "¿Vienes? ¡Claro que sí!", ["¿Vienes?", "¡Claro que sí!"]),
        ("ja", "今日は公園に行った。楽しかった。", ["今日は公園に行った。", "楽しかった。"]),
    ],
)
def test_a_text_is_cut_where_its_sentences_end(
    language: str, text: str, sentences: list[str]
) -> None:
    assert cut(language, text) == sentences


def test_text_without_punctuation_is_cut_by_segments() -> None:
    assert cut("en", "today i had lunch", "we talked a lot") == [
        "today i had lunch",
        "we talked a lot",
    ]


def test_an_endless_sentence_is_cut_all_the_same() -> None:
    pieces = cut("en", " ".join(f"word{i}" for i in range(1_000)))
    assert max(map(len, pieces)) <= 1_000
    assert " ".join(pieces).split()[-1] == "word999"
