import numpy as np
import pytest

from agents.transcriber.engines.whisper_alignment import timed_words, token_starts_s, words_of

SPELT = {1: " Good", 2: " mor", 3: "ning", 4: ".", 5: "日", 6: "本", 7: "\ufffd", 8: "\ufffd"}


def decode(tokens: object) -> str:
    text = "".join(SPELT[token] for token in tokens)  # type: ignore[attr-defined]
    return text.replace("\ufffd\ufffd", "é")


def looking_at(*frames: int) -> np.ndarray[tuple[int, int, int], np.dtype[np.float32]]:
    """Return two heads that look at *frames* in turn, one for each token."""
    attention = np.full((2, len(frames), 100), 0.001, np.float32)
    for token, frame in enumerate(frames):
        attention[:, token, frame : frame + 10] = 0.1
    return attention


def test_a_token_begins_where_the_decoder_starts_to_look() -> None:
    starts = token_starts_s(looking_at(10, 20, 60, 90))

    assert starts == pytest.approx([0.0, 0.4, 1.2, 1.8], abs=0.06)


def test_starts_never_go_back() -> None:
    starts = token_starts_s(looking_at(50, 10, 80))

    assert starts == sorted(starts)


@pytest.mark.parametrize("frames", [1, 3, 4])
def test_takes_sound_of_any_length(frames: int) -> None:
    starts = token_starts_s(np.ones((1, 5, frames), np.float32))

    assert len(starts) == 5
    assert max(starts) <= frames * 0.02


def test_words_begin_with_a_space_and_signs_stand_alone() -> None:
    assert words_of([1, 2, 3, 4], "en", decode) == [
        (" Good", [1]),
        (" morning", [2, 3]),
        (".", [4]),
    ]


def test_without_spaces_each_character_is_a_word() -> None:
    assert words_of([5, 6], "ja", decode) == [("日", [5]), ("本", [6])]


def test_a_character_spread_over_two_tokens_is_whole() -> None:
    assert words_of([1, 7, 8], "fr", decode) == [(" Goodé", [1, 7, 8])]


def test_a_word_lasts_until_the_next_and_is_as_sure_as_its_tokens_are() -> None:
    words = timed_words([(" morning", [2, 3]), (".", [4])], [0.0, 0.2, 0.5, 0.6], [0.5, 1.0, 0.9])

    assert words == [
        {"word": " morning", "tokens": [2, 3], "start": 0.0, "end": 0.5, "probability": 0.75},
        {"word": ".", "tokens": [4], "start": 0.5, "end": 0.6, "probability": 0.9},
    ]
