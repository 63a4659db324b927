"""Words are the same whatever their case, accents, width and script."""

# ruff: noqa: RUF001 - look-alikes are what this is about

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.diarist.words import words_of


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Anna’s café – really?", ["anna", "s", "cafe", "really"]),
        ("MÜLLER, Straße; José", ["muller", "strasse", "jose"]),
        ("ｆｕｌｌ Width", ["full", "width"]),
        ("An\u00adna\u200b Smith", ["anna", "smith"]),
        ("田中さん", ["田", "中", "さ", "ん"]),
        ("สวัสดี", ["ส", "วั", "ส", "ดี"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("한국어 이름", ["한국어", "이름"]),
        ("snake_case 5,000", ["snake", "case", "5", "000"]),
        ("… –", []),
    ],
)
def test_words_of_a_text(text: str, words: list[str]) -> None:
    assert words_of(text).listed() == words


@given(st.text().map(lambda text: unicodedata.normalize("NFD", text)) | st.text())
def test_each_word_is_made_of_characters_of_the_text(text: str) -> None:
    found = words_of(text)
    assert len(found.spans) == len(found.listed())
    for (start, end), word in zip(found.spans, found.listed(), strict=True):
        assert word in words_of(text[start:end]).row


def test_words_in_a_row_are_found_with_their_characters() -> None:
    text = "So — I met ANNA, yesterday."
    span = words_of(text).find(words_of("i met anna"))
    assert span is not None
    assert text[slice(*span)] == "I met ANNA"
    assert words_of(text).find(words_of("met ann")) is None
    assert words_of(text).find(words_of("…")) is None
