"""What was handed back is known exactly, whatever was chosen and wherever a run ended."""

from hypothesis import given
from hypothesis import strategies as st

from agents.kafka.offset_metadata import Committed, decode, encode
from agents.kafka.redrive_state import RedriveState

OFFSETS = st.sets(st.integers(0, 50)).map(sorted)
RUNS = st.lists(st.tuples(st.sets(st.integers(0, 50)), st.integers(0, 50)), max_size=5)
"""Runs: which letters each means, and the offset at which it ends."""


@given(offsets=OFFSETS, runs=RUNS)
def test_exactly_what_was_handed_back_is_covered(
    offsets: list[int], runs: list[tuple[set[int], int]]
) -> None:
    done: set[int] = set()
    committed = Committed(0)
    for meant, end in runs:
        state = RedriveState(committed)
        for offset in offsets:
            if committed.offset <= offset < end:
                done |= {offset} & meant
                state.see(offset, done=offset in done)
        committed = state.committed()
        assert {offset for offset in offsets if committed.covers(offset)} == done
        assert decode(committed.offset, encode(committed)) == committed


def test_without_a_filter_only_the_offset_moves() -> None:
    state = RedriveState(Committed(3))
    for offset in (3, 4, 7):
        state.see(offset, done=True)
    assert state.committed() == Committed(8)


def test_markers_between_letters_cost_no_run() -> None:
    state = RedriveState(Committed(0))
    for offset, done in ((0, False), (2, True), (4, True), (6, False)):
        state.see(offset, done=done)
    assert state.committed() == Committed(0, ((2, 6),))


def test_markers_behind_the_last_letter_are_passed_by() -> None:
    state = RedriveState(Committed(0))
    state.see(0, done=True)
    state.pass_by(2)
    assert state.committed() == Committed(2)
    state.see(2, done=False)
    state.pass_by(4)
    assert state.committed() == Committed(2)


def test_of_letters_not_seen_stands_what_stood() -> None:
    state = RedriveState(Committed(0, ((5, 7), (9, 10))))
    state.see(0, done=True)
    assert state.committed() == Committed(1, ((5, 7), (9, 10)))
