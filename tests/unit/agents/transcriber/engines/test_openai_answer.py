"""Answers as the servers of several makers write them."""

import math

import pytest

from agents.transcriber.engine import ChunkText, TextSegment
from agents.transcriber.engines.openai_answer import UNKNOWN_LANGUAGE, read_answer
from agents.transcriber.quality import compression_ratio, doubts

MORNING = ' She said: "Good morning, Tom!"'


def read(answer: object, *, language: str | None = None, sampled: bool = False) -> ChunkText:
    return read_answer(answer, duration_s=4.0, language=language, sampled=sampled)


def part(text: str, start: float = 0.0, end: float = 4.0, **fields: object) -> dict[str, object]:
    return {"text": text, "start": start, "end": end, **fields}


def word(text: str, start: float, **fields: object) -> dict[str, object]:
    return {"word": text, "start": start, "end": start + 0.5, **fields}


def spelt(text: ChunkText) -> list[list[tuple[str, float]]]:
    return [[(word.text, word.start_s) for word in part.words] for part in text.segments]


def test_openais_own_answer_is_read_whole() -> None:
    figures = {
        "avg_logprob": -0.25,
        "no_speech_prob": 0.1,
        "compression_ratio": 9,
        "temperature": 0,
    }

    text = read(
        {"text": "Hi.", "language": "german", "segments": [part(" Hi.", 0.5, 2, **figures)]}
    )

    assert text == ChunkText(
        segments=(
            TextSegment(
                start_s=0.5,
                end_s=2.0,
                text=" Hi.",
                avg_logprob=-0.25,
                no_speech_prob=0.1,
                compression_ratio=compression_ratio("Hi."),
            ),
        ),
        language="de",
        language_probability=None,
    )


@pytest.mark.parametrize(
    ("said", "code"),
    [("english", "en"), ("en", "en"), ("en-US", "en"), ("Haitian Creole", "ht"), ("yue", "yue")],
)
def test_languages_are_known_by_code_and_by_name(said: str, code: str) -> None:
    assert read({"text": "", "language": said}).language == code


@pytest.mark.parametrize("said", [None, "", "klingon", 7])
def test_without_a_language_it_is_that_asked_for_or_unknown(said: object) -> None:
    assert read({"text": "", "language": said}, language="es").language == "es"
    assert read({"text": "", "language": said}).language == UNKNOWN_LANGUAGE


def test_a_bare_text_is_one_segment_as_long_as_the_sound() -> None:
    [segment] = read({"text": "Good morning."}).segments

    assert (segment.start_s, segment.end_s, segment.text) == (0.0, 4.0, "Good morning.")
    assert doubts(segment) == ()


@pytest.mark.parametrize("answer", [{"text": ""}, {"text": " ", "segments": [part(" ")]}])
def test_no_text_is_no_segment(answer: object) -> None:
    assert read(answer).segments == ()


def test_what_vllm_does_not_count_raises_no_doubt() -> None:
    uncounted = {"avg_logprob": -1.0, "compression_ratio": -1.0, "no_speech_prob": -1.0}
    answer = {
        "text": "Hi.",
        "duration": "4.0",
        "words": None,
        "segments": [part("Hi.", **uncounted)],
    }

    [segment] = read(answer).segments

    assert (segment.avg_logprob, segment.no_speech_prob, doubts(segment)) == (0.0, 0.0, ())
    assert segment.compression_ratio == compression_ratio("Hi.")


def test_what_a_server_doubts_is_doubted() -> None:
    guess = {"avg_logprob": -1.5, "compression_ratio": 1.0, "no_speech_prob": 0.9}

    [segment] = read({"text": "Hi.", "segments": [part("Hi.", **guess)]}).segments

    assert doubts(segment) == ("silence_text", "low_confidence")


def test_a_temperature_above_zero_is_chance() -> None:
    warm = {"text": "Hi.", "segments": [part("Hi.", temperature=0.2)]}

    assert read(warm).segments[0].sampled
    assert read({"text": "Hi."}, sampled=True).segments[0].sampled


def test_words_get_their_spaces_and_punctuation_back() -> None:
    words = [word(name, at) for at, name in enumerate(["She", "said", "Good", "morning", "Tom"])]

    text = read({"text": MORNING, "segments": [part(MORNING)], "words": words})

    assert spelt(text) == [
        [(" She", 0), (" said:", 1), (' "Good', 2), (" morning,", 3), (' Tom!"', 4)]
    ]


def test_words_inside_their_segments_are_taken_as_well() -> None:
    words = [word(" Hi", 0, probability=0.5), word(" Tom.", 1, probability=0.75)]

    [segment] = read({"text": "Hi Tom.", "segments": [part(" Hi Tom.", words=words)]}).segments

    assert [(item.text, item.probability) for item in segment.words] == [
        (" Hi", 0.5),
        (" Tom.", 0.75),
    ]


def test_words_are_shared_out_over_segments_that_say_the_same() -> None:
    parts = [part(" No.", 0, 1), part(" No, no.", 2, 4)]
    words = [word("No", 0.2), word("No", 2.5), word("no", 3)]

    text = read({"text": "No. No, no.", "segments": parts, "words": words})

    assert spelt(text) == [[(" No.", 0.2)], [(" No,", 2.5), (" no.", 3)]]


def test_a_word_spelt_otherwise_leaves_its_place_to_its_neighbour() -> None:
    words = [word("At", 0), word("ten", 1), word("o'clock", 2)]

    text = read({"text": "", "segments": [part(" At 10 o'clock.")], "words": words})

    assert spelt(text) == [[(" At 10", 0), (" o'clock.", 2)]]


def test_a_word_is_as_sure_as_its_segment_where_nothing_else_is_said() -> None:
    answer = {"text": "Hi.", "segments": [part("Hi.", avg_logprob=-0.5)], "words": [word("Hi", 0)]}

    [segment] = read(answer).segments

    assert segment.words[0].probability == math.exp(-0.5)


def test_times_stay_inside_the_sound() -> None:
    [segment] = read({"text": "Hi.", "segments": [part("Hi.", -1, 99)]}).segments

    assert (segment.start_s, segment.end_s) == (0.0, 4.0)


@pytest.mark.parametrize("answer", [None, [], "Hi.", {}, {"text": None}, {"text": ["Hi."]}])
def test_anything_else_is_no_answer(answer: object) -> None:
    with pytest.raises(ValueError, match="an answer has a text"):
        read(answer)
