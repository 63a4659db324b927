"""Which records are held, by whatever order of arrivals, looks and ends."""

from collections import defaultdict

import hypothesis.strategies as st
from hypothesis import settings
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agents.delivery.holds import HoldPolicy, HoldsState

POLICY = HoldPolicy(debounce_s=5, max_wait_s=60)


def test_a_hold_ends_once_its_key_rests() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    holds.add("a", 1, now=0)
    holds.add("a", 2, now=4)
    assert holds.due_at() == 9
    assert holds.take_due(8.9) == []
    assert holds.take_due(9) == [("a", [1, 2])]


def test_a_hold_ends_after_its_longest_wait() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    for second in range(60):
        holds.add("a", second, now=second)
    assert holds.due_at() == 60


def test_in_a_hurry_every_hold_ends_at_once() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    holds.add("a", 1, now=10)
    holds.add("b", 2, now=11)
    holds.hurry(on=True)
    assert holds.take_due(11) == [("a", [1]), ("b", [2])]


def test_a_hurry_that_is_over_ends_no_hold() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    holds.hurry(on=True)
    holds.hurry(on=False)
    holds.add("a", 1, now=0)
    assert (holds.due_at(), holds.take_due(0)) == (5, [])


def test_a_busy_key_is_not_due() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    holds.add("a", 1, now=0)
    holds.take_due(5)
    holds.add("a", 2, now=6)
    assert (holds.due_at(), holds.take_due(1000)) == (None, [])
    holds.finished("a")
    assert holds.take_due(1000) == [("a", [2])]


def test_nothing_held_is_never_due() -> None:
    holds: HoldsState[str, int] = HoldsState(POLICY)
    assert (holds.due_at(), holds.take_due(1e9)) == (None, [])


class Holding(RuleBasedStateMachine):
    """Adds, looks and ends in any order, against a list of what was added."""

    keys = st.sampled_from("abc")

    def __init__(self) -> None:
        super().__init__()
        self.holds: HoldsState[str, int] = HoldsState(POLICY)
        self.now = 0.0
        self.added: dict[str, list[int]] = defaultdict(list)
        self.taken: dict[str, list[int]] = defaultdict(list)
        self.added_at: dict[int, float] = {}
        self.free_at: dict[str, float] = defaultdict(float)
        self.busy: set[str] = set()
        self.hurrying = False

    @initialize(now=st.floats(0, 1e6))
    def begin(self, now: float) -> None:
        self.now = now

    @rule(key=keys)
    def add(self, key: str) -> None:
        item = len(self.added_at)
        self.holds.add(key, item, self.now)
        self.added[key].append(item)
        self.added_at[item] = self.now

    @rule(seconds=st.floats(0, 100))
    def pass_time(self, seconds: float) -> None:
        """Let time pass, but look when something is due, as the ticker does."""
        until = self.now + seconds
        while (due_at := self.holds.due_at()) is not None and due_at <= until:
            self.now = max(self.now, due_at)
            self.look()
        self.now = until

    @rule()
    def look(self) -> None:
        for key, items in self.holds.take_due(self.now):
            assert key not in self.busy
            assert items
            self.busy.add(key)
            self.taken[key] += items
            held_from = max(self.added_at[items[0]], self.free_at[key])
            assert self.now - held_from <= POLICY.max_wait_s + 1e-6

    @precondition(lambda self: self.busy)
    @rule(data=st.data())
    def finish(self, data: st.DataObject) -> None:
        key = data.draw(st.sampled_from(sorted(self.busy)))
        self.busy.discard(key)
        self.holds.finished(key)
        self.free_at[key] = self.now

    @rule(on=st.booleans())
    def hurry(self, *, on: bool) -> None:
        self.hurrying = on
        self.holds.hurry(on=on)

    @invariant()
    def every_item_is_taken_at_most_once_and_in_order(self) -> None:
        for key, taken in self.taken.items():
            assert taken == self.added[key][: len(taken)]

    @invariant()
    def in_a_hurry_whatever_is_held_by_an_idle_key_is_due(self) -> None:
        waiting = [key for key in self.added if len(self.added[key]) > len(self.taken[key])]
        if self.hurrying and any(key not in self.busy for key in waiting):
            due_at = self.holds.due_at()
            assert due_at is not None
            assert due_at <= self.now

    def teardown(self) -> None:
        """Whatever happened before: a drain takes all that is left."""
        self.holds.hurry(on=True)
        for _ in range(2):
            for key in sorted(self.busy):
                self.holds.finished(key)
                self.free_at[key] = self.now
            self.busy.clear()
            self.look()
        assert self.taken == {key: items for key, items in self.added.items() if items}


TestHolding = Holding.TestCase
TestHolding.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
