from agents.transcriber.engine import Word
from agents.transcriber.engines.whisper_words import with_punctuation, words_by_segment


def aligned(text: str, tokens: int, start: float) -> dict[str, object]:
    return {
        "word": text, "tokens": [0] * tokens, "start": start, "end": start + 0.5, "probability": 0.9
    }  # fmt: skip


def test_shares_words_by_tokens() -> None:
    alignment = [aligned(" I", 1, 0.0), aligned(" met", 2, 0.5), aligned(" Anna.", 2, 2.0)]

    shares = words_by_segment(alignment, [3, 2], offset_s=10.0)

    assert [[word.text for word in share] for share in shares] == [[" I", " met"], [" Anna."]]
    assert shares[1][0] == Word(text=" Anna.", start_s=12.0, end_s=12.5, probability=0.9)


def test_leaves_out_what_was_merged_into_a_neighbour() -> None:
    alignment = [aligned(" Anna.", 2, 0.0), aligned("", 0, 0.5)]

    assert [len(share) for share in words_by_segment(alignment, [2], 0.0)] == [1]


def test_a_segment_without_alignment_has_no_words() -> None:
    assert words_by_segment([], [3], 0.0) == [()]


def test_signs_that_stand_alone_belong_to_their_words() -> None:
    words = [aligned(text, 1, at) for at, text in enumerate([' "', "Yes", ",", " no", "!", '"'])]

    joined = with_punctuation(words)

    assert [(word["word"], len(word["tokens"]), word["start"]) for word in joined] == [
        (' "Yes,', 3, 1),
        (' no!"', 3, 3),
    ]


def test_an_opening_sign_at_the_end_stays() -> None:
    assert [word["word"] for word in with_punctuation([aligned(" (", 1, 0.0)])] == [" ("]
