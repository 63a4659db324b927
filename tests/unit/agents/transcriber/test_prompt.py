"""Prompts of one of three sizes, made of a recording's own words and of names."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.demo import MODEL_DIR
from agents.transcriber.engines.whisper_vocabulary import WhisperVocabulary
from agents.transcriber.prompt import SIZES, prompt_text, prompt_tokens

VOCABULARY = WhisperVocabulary(MODEL_DIR / "tokenizer.json")


def words(text: str) -> list[int]:
    """Spell in one token a word or comma; a blank alone is one, too."""
    return [sum(map(ord, word)) for word in text.split()] or [0]


def read(own: str | None, *names: str) -> str:
    """Return a prompt as the model reads it, without what fills it up."""
    return VOCABULARY.read(prompt_tokens(own, names, VOCABULARY.spell)).strip()


@pytest.mark.parametrize(
    ("own", "names", "text"),
    [
        (None, (), None),
        ("  ", (), None),
        (" In the park. ", (), "In the park."),
        (None, ("Siobhán", "Jörg"), "Siobhán, Jörg."),
        ("In the park.", ("Anna",), "In the park. Anna."),
    ],
)
def test_a_prompt_says_the_recordings_own_and_then_the_names(
    own: str | None, names: tuple[str, ...], text: str | None
) -> None:
    assert prompt_text(own, names) == text
    assert read(own, *names) == (text or "")


def test_there_is_no_prompt_where_there_is_nothing_to_say() -> None:
    assert prompt_tokens(None, (), words) == prompt_tokens(" ", (), words) == []


@pytest.mark.parametrize(("said", "size"), [(1, 32), (32, 32), (33, 64), (64, 64), (500, 64)])
def test_a_prompt_is_filled_up_at_its_start_or_cut_there(said: int, size: int) -> None:
    own = " ".join(chr(ord("a") + number % 26) for number in range(said))
    spelt = words(own)[-size:]
    assert prompt_tokens(own, (), words) == [0] * (size - len(spelt)) + spelt


def test_the_first_names_stay_and_the_last_words() -> None:
    own = " ".join(f"w{number}" for number in range(100))
    names = [f"Name{number}" for number in range(100)]
    tokens = prompt_tokens(own, names, words)
    assert len(tokens) == 64
    assert tokens[-2:] == words("Name15 .")
    assert tokens[:32] == words(own)[-32:]


def test_names_have_what_the_recordings_own_prompt_leaves() -> None:
    names = [f"Name{number}" for number in range(100)]
    assert prompt_tokens(None, names, words)[-2:] == words("Name31 .")
    assert prompt_tokens("Two words", names, words)[:2] == words("Two words")


def test_a_name_that_does_not_fit_is_no_half_name() -> None:
    long = " ".join(["Long"] * 70)
    assert prompt_tokens(None, ("Anna", long, "Ben"), words)[-2:] == words("Anna .")
    assert prompt_tokens(None, (long,), words) == []


@given(
    own=st.none() | st.text(max_size=300),
    names=st.lists(st.text(min_size=1, max_size=100), max_size=20),
)
def test_every_prompt_has_one_of_the_sizes(own: str | None, names: list[str]) -> None:
    assert len(prompt_tokens(own, names, VOCABULARY.spell)) in (0, *SIZES)
