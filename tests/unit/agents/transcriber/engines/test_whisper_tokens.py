import pytest

from agents.transcriber.engines.whisper_tokens import (
    TokenSegment,
    TokenWindow,
    average_logprob,
    split_by_timestamps,
)

BEGIN = 1000


def stamp(seconds: float) -> int:
    return BEGIN + round(seconds / 0.02)


def part(start_s: float, end_s: float, *tokens: int) -> TokenSegment:
    return TokenSegment(start_s=start_s, end_s=end_s, tokens=tokens)


def test_one_segment_between_two_stamps() -> None:
    tokens = [stamp(0), 1, 2, stamp(2)]

    assert split_by_timestamps(tokens, BEGIN, 5) == TokenWindow(segments=(part(0, 2, *tokens),))


def test_text_without_stamps_lasts_the_whole_window() -> None:
    assert split_by_timestamps([1, 2], BEGIN, 5) == TokenWindow(segments=(part(0, 5, 1, 2),))


def test_two_stamps_in_a_row_part_two_segments() -> None:
    tokens = [stamp(0), 1, stamp(2), stamp(3), 2, stamp(4)]

    window = split_by_timestamps(tokens, BEGIN, 5)

    assert window.read_s is None
    assert [(item.start_s, item.end_s) for item in window.segments] == [(0, 2), (3, 4)]


def test_a_window_that_breaks_off_says_how_far_it_came() -> None:
    tokens = [stamp(0), 1, stamp(2), stamp(2), 2, 3]

    window = split_by_timestamps(tokens, BEGIN, 5)

    assert window.read_s == 2
    assert len(window.segments) == 1
    assert window.rest == (stamp(2), 2, 3)


def test_a_closing_pair_of_stamps_means_that_more_follows() -> None:
    window = split_by_timestamps([stamp(0), 1, stamp(2), stamp(2)], BEGIN, 5)

    assert (window.read_s, window.rest) == (2, (stamp(2),))


def test_no_tokens_are_no_segment() -> None:
    assert split_by_timestamps([], BEGIN, 5) == TokenWindow(segments=())


def test_the_log_probability_is_per_token_with_the_end_counted() -> None:
    assert average_logprob(-0.5, 9) == pytest.approx(-0.45)
