"""What may be committed of a partition, by whatever order its records finish in."""

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.kafka.partition_state import PartitionState


def test_nothing_is_committed_before_the_first_record() -> None:
    assert PartitionState(None).base is None


def test_the_base_begins_where_the_group_has_committed() -> None:
    assert PartitionState(7).base == 7


def test_the_base_waits_for_the_oldest_open_record() -> None:
    state = PartitionState(None)
    assert [state.deliver(offset) for offset in (3, 4, 5)] == [True, True, True]
    state.complete(4)
    assert (state.base, state.open_count) == (3, 2)
    state.complete(3)
    assert (state.base, state.open_count) == (5, 1)
    state.complete(5)
    assert (state.base, state.open_count) == (6, 0)


def test_what_was_committed_or_has_arrived_does_not_arrive_again() -> None:
    state = PartitionState(7)
    assert [state.deliver(offset) for offset in (6, 7, 7)] == [False, True, False]


def test_completing_what_never_arrived_changes_nothing() -> None:
    state = PartitionState(7)
    state.complete(9)
    assert (state.base, state.is_open(9)) == (7, False)


class Offsets(RuleBasedStateMachine):
    """Delivers with gaps and repeats, completes in any order, against a plain set."""

    @initialize(committed=st.none() | st.integers(0, 1_000))
    def begin(self, committed: int | None) -> None:
        self.state = PartitionState(committed)
        self.committed = committed
        self.next = committed or 0
        self.arrived: list[int] = []
        self.open: set[int] = set()
        self.bases: list[int] = []

    @rule(gap=st.integers(0, 3))
    def deliver(self, gap: int) -> None:
        offset = self.next + gap
        assert self.state.deliver(offset)
        self.next = offset + 1
        self.arrived.append(offset)
        self.open.add(offset)

    @precondition(lambda self: self.arrived)
    @rule(data=st.data())
    def deliver_again(self, data: st.DataObject) -> None:
        assert not self.state.deliver(data.draw(st.sampled_from(self.arrived)))

    @precondition(lambda self: self.open)
    @rule(data=st.data())
    def complete(self, data: st.DataObject) -> None:
        offset = data.draw(st.sampled_from(sorted(self.open)))
        self.open.discard(offset)
        self.state.complete(offset)
        assert not self.state.is_open(offset)

    @invariant()
    def the_base_passes_no_open_offset_and_never_goes_back(self) -> None:
        base = self.state.base
        if base is None:
            assert (self.committed, self.arrived) == (None, [])
            return
        assert base <= min(self.open, default=base)
        assert base == min(self.open, default=self.next)
        assert not self.bases or base >= self.bases[-1]
        self.bases.append(base)

    @invariant()
    def what_is_open_is_known(self) -> None:
        assert self.state.open_count == len(self.open)
        assert all(self.state.is_open(offset) for offset in self.open)


TestOffsets = Offsets.TestCase
TestOffsets.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
