"""Long recordings are cut at the borders of segments, into parts that fit and are about even."""

from hypothesis import given
from hypothesis import strategies as st

from agents.diarist.llm.tokens import estimated_tokens
from agents.diarist.llm.windows import OVERLAP_SEGMENTS, halves, tokens_of, windows
from schemas import Segment
from tests.support.builders import a_segment


def said(sizes: list[int]) -> list[Segment]:
    return [a_segment("word " * size, index=index) for index, size in enumerate(sizes)]


@given(st.lists(st.integers(1, 120), min_size=1, max_size=80), st.integers(100, 2000))
def test_every_segment_is_in_a_part_in_order_and_no_part_is_too_large(
    sizes: list[int], budget: int
) -> None:
    segments = said(sizes)
    cut = windows(segments, budget)
    own = [part if number == 0 else part[OVERLAP_SEGMENTS:] for number, part in enumerate(cut)]
    assert [segment for part in own for segment in part] == segments
    for part in own:
        assert len(part) == 1 or sum(map(tokens_of, part)) <= budget


def test_what_fits_is_not_cut() -> None:
    segments = said([10] * 20)
    assert windows(segments, sum(map(tokens_of, segments))) == [segments]


def test_parts_are_about_even() -> None:
    segments = said([10] * 100)
    lengths = [len(part) for part in windows(segments, sum(map(tokens_of, segments)) * 2 // 5)]
    assert max(lengths) - min(lengths) <= 1 + OVERLAP_SEGMENTS


def test_halves_are_whole_together() -> None:
    segments = said([1, 2, 3])
    first, second = halves(segments)
    assert [*first, *second] == segments


def test_other_scripts_have_more_tokens_than_their_letters_suggest() -> None:
    english = estimated_tokens("a" * 400)
    assert english == 136
    assert estimated_tokens("é" * 400) == 271
    assert estimated_tokens("日" * 400) == 541
