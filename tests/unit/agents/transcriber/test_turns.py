"""What was said, merged with who spoke."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents.transcriber import transcript
from agents.transcriber.diarizer import Turn
from agents.transcriber.engine import ChunkText, TextSegment, Word
from agents.transcriber.transcript import HeardChunk
from agents.transcriber.turns import TurnTable, with_speakers
from tests.support.diarizer import a_turn

Said = tuple[str, float, float]
"""A word with its start and end, in seconds."""

LONG_S = 600


def a_segment(*said: Said, text: str | None = None, timed: bool = True) -> TextSegment:
    """Build a segment of words; each is one word, with the space in front that engines give it."""
    words = tuple(
        Word(text=f" {word}", start_s=start_s, end_s=end_s, probability=0.9)
        for word, start_s, end_s in said
    )
    return TextSegment(
        start_s=said[0][1],
        end_s=said[-1][2],
        text="".join(word.text for word in words) if text is None else text,
        avg_logprob=-0.1,
        no_speech_prob=0.1,
        compression_ratio=1.0,
        words=words if timed else (),
    )


def a_chunk(*segments: TextSegment, start_ms: int = 0) -> HeardChunk:
    return HeardChunk(
        start_ms=start_ms,
        end_ms=start_ms + LONG_S * 1000,
        speech_ms=4_000,
        text=ChunkText(segments=segments, language="en", language_probability=0.9),
    )


def told(chunks: Sequence[HeardChunk], *turns: Turn) -> list[tuple[str | None, str]]:
    """Return who says what."""
    return [(part.speaker, part.text) for part in transcript.segments(with_speakers(chunks, turns))]


def test_without_turns_nothing_changes() -> None:
    chunks = [a_chunk(a_segment(("Hello.", 0, 1)))]

    assert with_speakers(chunks, []) == tuple(chunks)
    assert with_speakers(chunks, [a_turn(500, 500)]) == tuple(chunks)


def test_a_segment_is_split_where_the_speaker_changes() -> None:
    chunk = a_chunk(
        a_segment(("Who", 0, 0.5), ("came?", 0.5, 1), ("Anna", 1.2, 1.6), ("did.", 1.7, 2))
    )

    [one] = with_speakers([chunk], [a_turn(0, 1_000, "x"), a_turn(1_100, 2_000, "y")])

    parts = transcript.segments([one])
    assert [(part.index, part.speaker, part.text) for part in parts] == [
        (0, "S1", "Who came?"),
        (1, "S2", "Anna did."),
    ]
    assert [(part.start_ms, part.end_ms) for part in parts] == [(0, 1_000), (1_200, 2_000)]


def test_words_stay_with_their_part() -> None:
    chunk = a_chunk(a_segment(("Yes?", 0, 1), ("No.", 1, 2)), start_ms=60_000)

    split = with_speakers([chunk], [a_turn(60_000, 61_000, "x"), a_turn(61_000, 62_000, "y")])

    words = transcript.words(split)
    assert {index: [word["text"] for word in words[index]] for index in words} == {
        0: [" Yes?"],
        1: [" No."],
    }


def test_a_words_speaker_is_who_talks_most_in_it() -> None:
    turns = a_turn(0, 1_300, "x"), a_turn(1_300, 9_000, "y")

    assert told([a_chunk(a_segment(("One", 0, 1), ("two.", 1, 2)))], *turns) == [
        ("S1", "One"),
        ("S2", "two."),
    ]


@pytest.mark.parametrize(
    ("start_ms", "end_ms", "speaker"),
    [
        (1_100, 1_400, "x"),
        (1_600, 1_900, "y"),
        (1_400, 1_600, "x"),
        (1_500, 1_500, "x"),
        (0, 100, "x"),
        (9_000, 9_500, "y"),
        (400, 400, "x"),
        (2_000, 2_000, "y"),
        (500, 2_500, "x"),
    ],
)
def test_in_a_gap_the_nearest_counts_and_of_equals_the_earlier(
    start_ms: int, end_ms: int, speaker: str
) -> None:
    table = TurnTable([a_turn(0, 1_000, "x"), a_turn(2_000, 3_000, "y")])

    assert table.speaker(start_ms, end_ms) == speaker


def test_a_short_turn_inside_a_long_one_does_not_hide_it() -> None:
    table = TurnTable(
        [a_turn(0, 9_000, "x"), a_turn(1_000, 1_200, "y"), a_turn(12_000, 13_000, "y")]
    )

    assert [table.speaker(5_000, 5_500), table.speaker(9_500, 9_600)] == ["x", "x"]


def test_a_segment_without_words_has_who_talks_most_in_it() -> None:
    segment = a_segment(("A long story.", 0, 6), timed=False)
    turns = a_turn(0, 2_000, "x"), a_turn(2_000, 4_500, "y"), a_turn(4_500, 6_000, "x")

    assert told([a_chunk(segment)], *turns) == [("S1", "A long story.")]


def test_a_segment_whose_words_do_not_spell_it_stays_whole() -> None:
    segment = a_segment(("Hello", 0, 1), ("there.", 1, 3), text=" Hello over there.")

    assert told([a_chunk(segment)], a_turn(0, 1_000, "x"), a_turn(1_000, 3_000, "y")) == [
        ("S1", "Hello over there.")
    ]


def test_a_short_word_inside_anothers_words_does_not_split() -> None:
    segment = a_segment(("I", 0, 0.3), ("am", 0.3, 0.6), ("so", 0.6, 0.9), ("glad.", 0.9, 1.5))
    turns = a_turn(0, 550, "x"), a_turn(550, 950, "y"), a_turn(950, 2_000, "x")

    assert told([a_chunk(segment)], *turns) == [("S1", "I am so glad.")]


def test_a_long_word_or_two_words_inside_anothers_do_split() -> None:
    said = [("I", 0, 0.3), ("am", 0.3, 0.6), ("so", 0.6, 0.9), ("glad.", 0.9, 1.5)]
    two = a_turn(0, 300, "x"), a_turn(300, 900, "y"), a_turn(900, 2_000, "x")
    long = a_segment(("I", 0, 0.3), ("am", 0.3, 0.8), ("glad.", 0.9, 1.5))

    split = told([a_chunk(a_segment(*said))], *two)

    assert split == [("S1", "I"), ("S2", "am so"), ("S1", "glad.")]
    assert told([a_chunk(long)], *two) == [("S1", "I"), ("S2", "am"), ("S1", "glad.")]


def test_a_short_word_at_the_edge_of_a_segment_is_a_reply() -> None:
    segment = a_segment(("Ready?", 0, 1), ("No.", 1.1, 1.3))

    assert told([a_chunk(segment)], a_turn(0, 1_050, "x"), a_turn(1_050, 1_400, "y")) == [
        ("S1", "Ready?"),
        ("S2", "No."),
    ]


def test_a_word_without_letters_makes_no_part() -> None:
    segment = a_segment(("", 0, 1), ("Hi", 1, 2), ("", 2, 3), ("you.", 3, 4), text=" Hi you.")
    turns = [a_turn(at * 1_000, at * 1_000 + 1_000, name) for at, name in enumerate("yxyx")]

    assert told([a_chunk(segment)], *turns) == [("S1", "Hi you.")]


def test_labels_count_speakers_as_they_appear_in_the_text() -> None:
    chunks = [a_chunk(a_segment((word, at, at + 1))) for at, word in enumerate("abca")]
    turns = [a_turn(at * 1_000, at * 1_000 + 1_000, name) for at, name in enumerate("zxyz")]

    assert [who for who, _ in told(chunks, a_turn(8_000, 9_000, "never heard"), *turns)] == [
        "S1",
        "S2",
        "S3",
        "S1",
    ]


def test_empty_text_has_no_speaker_and_takes_no_label() -> None:
    blank = a_segment(("", 0, 1), text="  ", timed=False)
    chunks = with_speakers([a_chunk(blank, a_segment(("One.", 1, 2)))], [a_turn(0, 1_000, "x")])

    assert [part.speaker for part in chunks[0].text.segments] == [None, "S1"]


WORDS = st.lists(
    st.tuples(
        st.sampled_from(["a", "b c", "Zürich.", "", "¿Qué?", "日本"]),
        st.integers(0, 3_000),
        st.integers(0, 1_500),
    ),
    min_size=1,
    max_size=12,
)
TURNS = st.lists(
    st.tuples(st.integers(0, 20_000), st.integers(0, 4_000), st.sampled_from("xyz")), max_size=12
)


@given(words=WORDS, turns=TURNS)
def test_the_parts_are_the_whole_text_in_order_and_none_is_empty(
    words: list[tuple[str, int, int]], turns: list[tuple[int, int, str]]
) -> None:
    said, now_s = list[Said](), 0.0
    for text, gap_ms, length_ms in words:
        start_s = now_s + gap_ms / 1000
        now_s = start_s + length_ms / 1000
        said.append((text, start_s, now_s))
    segment = a_segment(*said)

    [split] = with_speakers(
        [a_chunk(segment)], [a_turn(start, start + length, name) for start, length, name in turns]
    )

    parts = split.text.segments
    assert "".join(part.text for part in parts) == segment.text
    assert [word for part in parts for word in part.words] == list(segment.words)
    assert len(parts) == 1 or all(part.text.strip() for part in parts)
    assert all(one.speaker != two.speaker for one, two in pairwise(parts))
    assert all(part.start_s <= part.end_s for part in parts)


@given(turns=TURNS.filter(bool), start=st.integers(0, 25_000), length=st.integers(0, 3_000))
def test_the_table_finds_what_looking_at_every_turn_finds(
    turns: list[tuple[int, int, str]], start: int, length: int
) -> None:
    named = [a_turn(at, at + long + 1, f"{n}") for n, (at, long, _) in enumerate(sorted(turns))]

    def rank(turn: Turn) -> tuple[int, int]:
        overlap = min(start + length, turn.end_ms) - max(start, turn.start_ms)
        return -max(0, overlap), max(0, -overlap)

    assert TurnTable(named).speaker(start, start + length) == min(named, key=rank).speaker
