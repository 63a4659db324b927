"""Metadata says what is finished, and nothing that it does not know."""

from hypothesis import given
from hypothesis import strategies as st

from agents.kafka.offset_metadata import METADATA_MAX, RUNS_MAX, Committed, decode, encode

OFFSETS = st.integers(0, 2**40)


@st.composite
def committed(draw: st.DrawFn, runs: int = 50, longest: int = 2**28 - 1) -> Committed:
    """Make any progress of at most *runs* finished runs."""
    offset = cursor = draw(OFFSETS)
    beyond = []
    for opened, finished in draw(
        st.lists(st.tuples(st.integers(1, 9), st.integers(1, longest)), max_size=runs)
    ):
        beyond.append((cursor + opened, cursor + opened + finished))
        cursor = beyond[-1][1]
    return Committed(offset, tuple(beyond))


@given(committed())
def test_what_was_encoded_is_decoded(progress: Committed) -> None:
    assert decode(progress.offset, encode(progress)) == progress


def test_the_most_runs_fit_however_long_the_finished_ones_are() -> None:
    far = 2**28 - 1
    beyond = tuple((n * (far + 1) + 1, (n + 1) * (far + 1)) for n in range(RUNS_MAX))
    assert len(encode(Committed(0, beyond))) <= METADATA_MAX


def test_nothing_beyond_the_offset_is_a_nul_alone() -> None:
    assert encode(Committed(7)) == "\0"


def test_metadata_ends_with_a_nul_for_clients_that_look_for_one() -> None:
    assert encode(Committed(4, ((5, 12),))) == "AQEH\0"


@given(
    OFFSETS,
    st.one_of(st.none(), st.text(max_size=200), st.sampled_from(["AQE=", "AgEH", "AQAH", "AQGA"])),
)
def test_metadata_that_is_not_ours_says_nothing_wrong(offset: int, metadata: str | None) -> None:
    progress = decode(offset, metadata)
    assert progress.offset == offset
    assert all(offset < begin < end for begin, end in progress.beyond)


@given(committed(), st.integers(0, 2**40))
def test_progress_includes_itself_and_what_came_before(progress: Committed, offset: int) -> None:
    assert progress.includes(progress)
    earlier = Committed(min(offset, progress.offset))
    assert progress.includes(earlier)
    assert earlier.includes(progress) == (earlier == progress)


def test_progress_includes_what_is_finished_in_whatever_runs() -> None:
    progress = Committed(4, ((6, 9),))
    assert progress.includes(Committed(2, ((3, 4), (7, 9))))
    assert Committed(9).includes(progress)
    assert not progress.includes(Committed(2, ((3, 7),)))
    assert not progress.includes(Committed(0, ((6, 10),)))
