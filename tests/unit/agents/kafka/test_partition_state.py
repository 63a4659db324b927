"""However deliveries, completions, commits and crashes interleave: each offset exactly once."""

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from agents.kafka.offset_metadata import Committed, decode, encode
from agents.kafka.partition_state import Arrival, PartitionState, Tail


def test_nothing_is_committed_before_the_first_record() -> None:
    assert PartitionState(None).committed_with(()) is None


def test_a_slow_record_holds_the_base_and_not_those_behind_it() -> None:
    state = delivered(4, 5, 6, 7, after=Committed(4))
    assert state.committed_with({5, 6}) == Committed(4, ((5, 7),))


def test_the_base_passes_markers_that_were_never_records() -> None:
    state = delivered(4, 6, 8, after=Committed(4))
    assert state.committed_with({4, 6, 8}) == Committed(9)


def test_a_new_owner_skips_what_was_finished_ahead() -> None:
    state = PartitionState(Committed(4, ((5, 7),)))
    assert [state.deliver(offset) for offset in (4, 5, 6, 7)] == [
        Arrival.NEW,
        Arrival.FINISHED,
        Arrival.FINISHED,
        Arrival.NEW,
    ]


def test_an_open_offset_that_is_no_more_is_passed_by() -> None:
    state = PartitionState(Committed(4, ((5, 7),)))
    state.deliver(8)
    assert state.committed_with({8}) == Committed(9)


def test_at_rest_the_base_is_the_position() -> None:
    state = delivered(4, after=Committed(4))
    state.complete(4)
    state.pass_by(6)
    assert state.committed_with(()) == Committed(6)


def test_a_tail_is_passed_by_once_all_before_it_has_arrived() -> None:
    state = delivered(4, after=Committed(4))
    state.complete(4)
    state.pass_by_tail(Tail(after=6, position=9))
    assert state.committed_with(()) == Committed(5)
    assert state.deliver(5) is Arrival.NEW
    state.complete(5)
    state.pass_by_tail(Tail(after=6, position=9))
    assert state.committed_with(()) == Committed(9)


def test_a_log_without_any_record_is_passed_by_from_its_begin() -> None:
    state = PartitionState(None)
    state.pass_by_tail(Tail(after=None, position=None))
    assert state.committed_with(()) is None
    state.pass_by_tail(Tail(after=None, position=0))
    assert state.committed_with(()) == Committed(0)


def delivered(*offsets: int, after: Committed) -> PartitionState:
    state = PartitionState(after)
    for offset in offsets:
        assert state.deliver(offset) is Arrival.NEW
    return state


class OneOwnerAfterAnother(RuleBasedStateMachine):
    """A log with gaps; owners that deliver, finish in any order, commit, and die."""

    def __init__(self) -> None:
        super().__init__()
        self.log: list[int] = []
        self.end = 0
        self.offset, self.metadata = -1, ""
        self.published: list[int] = []
        self.begin()

    def begin(self) -> None:
        committed = None if self.offset < 0 else decode(self.offset, self.metadata)
        self.state = PartitionState(committed)
        self.unread = [offset for offset in self.log if offset >= self.offset]
        self.working: list[int] = []
        self.finished: list[int] = []

    @rule(gap=st.integers(0, 3))
    def append(self, gap: int) -> None:
        self.end += gap
        self.log.append(self.end)
        self.unread.append(self.end)
        self.end += 1

    @precondition(lambda self: self.unread)
    @rule(count=st.integers(1, 6))
    def deliver(self, count: int) -> None:
        for offset in self.unread[:count]:
            if self.state.deliver(offset) is Arrival.NEW:
                self.working.append(offset)
        del self.unread[:count]

    @precondition(lambda self: self.unread)
    @rule()
    def deliver_again(self) -> None:
        seen = [offset for offset in self.log if self.offset <= offset < self.unread[0]]
        assert all(self.state.deliver(offset) is Arrival.REPEATED for offset in seen)

    @precondition(lambda self: self.working)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from(self.working))
        self.working.remove(offset)
        self.finished.append(offset)

    @rule(lost=st.booleans())
    def commit(self, lost: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
        """Publish and commit in one transaction; *lost*, it was aborted and nobody was told."""
        committed = self.state.committed_with(frozenset(self.finished))
        if committed is None or lost:
            return
        self.offset, self.metadata = committed.offset, encode(committed)
        self.published += self.finished
        for offset in self.finished:
            self.state.complete(offset)
        self.finished.clear()

    @rule()
    def die(self) -> None:
        self.begin()

    @rule()
    def rest(self) -> None:
        if not self.unread:
            self.state.pass_by(self.end)

    @invariant()
    def nothing_is_published_twice(self) -> None:
        assert len(self.published) == len(set(self.published))

    @invariant()
    def nothing_below_the_base_is_unpublished(self) -> None:
        assert {offset for offset in self.log if offset < self.offset} <= set(self.published)

    def teardown(self) -> None:
        """Let the last owner finish: then everything is published, once, and nothing waits."""
        self.begin()
        self.deliver(len(self.unread))
        self.finished, self.working = self.working, []
        self.commit(lost=False)
        assert sorted(self.published) == self.log
        assert not self.log or self.offset > self.log[-1]


OneOwnerAfterAnother.TestCase.settings = settings(max_examples=300, stateful_step_count=60)
test_each_offset_exactly_once = OneOwnerAfterAnother.TestCase
