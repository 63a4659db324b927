"""What is decided about each error."""

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import errors
from agents.delivery.retry import DeadLetter, Decision, Retry, RetryPolicy, TriesState, Wait, decide

POLICY = RetryPolicy(first_s=0.2, factor=2.0, longest_s=30.0, attempts=3, probe_s=1.0)


def decided(error: Exception, *, attempt: int, policy: RetryPolicy = POLICY) -> Decision:
    tries = TriesState(attempt=attempt, failures=attempt - 1)
    tries.note(error, now=0.0)
    return decide(error, tries, policy, now=0.0, jitter=1)


def _every_class(root: type[errors.PipelineError]) -> list[type[errors.PipelineError]]:
    return [root, *(leaf for child in root.__subclasses__() for leaf in _every_class(child))]


NEED_ARGUMENTS = (errors.InvalidEventError, errors.DependencyUnavailable)
PLAIN = [
    kind
    for kind in _every_class(errors.PipelineError)
    if kind not in NEED_ARGUMENTS and kind.__module__ == errors.__name__
]
FINAL = [kind for kind in PLAIN if not kind.retryable]


@pytest.mark.parametrize("kind", FINAL)
def test_an_error_known_to_be_final_is_a_dead_letter_at_once(
    kind: type[errors.PipelineError],
) -> None:
    assert decided(kind("so it is"), attempt=1) == DeadLetter(kind.reason, "so it is")


def test_a_broken_engine_is_the_only_error_of_ours_that_is_tried_again() -> None:
    again = [errors.EngineFailed, errors.ChildDied]
    assert [kind for kind in PLAIN if kind.retryable] == again
    assert [kind for kind in PLAIN if kind.of_work] == again


def test_an_invalid_event_keeps_its_own_reason() -> None:
    error = errors.InvalidEventError("invalid-json", "line 1")
    assert decided(error, attempt=1) == DeadLetter("invalid-json", "line 1")


@pytest.mark.parametrize("error", [errors.EngineFailed("CUDA"), KeyError("x")])
def test_what_may_pass_is_tried_again_with_growing_pauses(error: Exception) -> None:
    decisions = [decided(error, attempt=attempt) for attempt in (1, 2)]
    assert decisions == [Retry(0.2), Retry(0.4)]


def test_an_engine_that_keeps_failing_is_a_dead_letter() -> None:
    error = errors.EngineFailed("CUDA")
    assert decided(error, attempt=3) == DeadLetter("engine-failed", "CUDA", of_work=True)


def test_an_unknown_error_that_stays_is_an_internal_error() -> None:
    error = ZeroDivisionError("division by zero")
    expected = DeadLetter("internal-error", "ZeroDivisionError: division by zero", of_work=True)
    assert decided(error, attempt=3) == expected


@pytest.mark.parametrize("attempt", [1, 3, 1_000_000])
def test_a_dependency_is_waited_for_however_often(attempt: int) -> None:
    error = errors.DependencyUnavailable("llm")
    assert decided(error, attempt=attempt) == Wait("llm", 1.0)


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [POLICY.pause_s(attempt, 1) for attempt in range(1, 11)]
    assert pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30])


@given(attempt=st.integers(1, 1_000), jitter=st.floats(0, 1))
def test_a_pause_is_a_share_of_the_full_backoff(attempt: int, jitter: float) -> None:
    assert 0 <= POLICY.pause_s(attempt, jitter) <= POLICY.pause_s(attempt, 1) <= 30


def test_each_reason_may_have_attempts_of_its_own() -> None:
    policy = RetryPolicy(attempts=3, attempts_by_reason={"engine-failed": 5})
    assert decided(errors.EngineFailed("CUDA"), attempt=4, policy=policy) == Retry(1.6)
    assert isinstance(decided(KeyError("x"), attempt=4, policy=policy), DeadLetter)


def test_no_attempt_begins_after_the_deadline() -> None:
    tries, error = TriesState(attempt=1), errors.EngineFailed("CUDA")
    tries.note(error, now=100.0)
    policy = RetryPolicy(attempts=9, deadline_s=60.0)
    assert isinstance(decide(error, tries, policy, now=159.0, jitter=1), Retry)
    assert isinstance(decide(error, tries, policy, now=160.0, jitter=1), DeadLetter)


DOWN = errors.DependencyUnavailable("llm")
KILLED = errors.ChildDied(piece="decode", ended_by=signal.SIGKILL)


@pytest.mark.parametrize("blameless", [DOWN, KILLED])
def test_time_in_which_nothing_could_be_done_is_not_held_against_the_event(
    blameless: Exception,
) -> None:
    tries, error = TriesState(attempt=2), errors.EngineFailed("CUDA")
    for now, met in ((0.0, error), (1.0, blameless), (9_000.0, error)):
        tries.note(met, now)
    assert isinstance(decide(error, tries, POLICY, now=9_000.0, jitter=1), Retry)


@pytest.mark.parametrize("blameless", [DOWN, KILLED])
def test_what_nobody_can_help_costs_no_attempt(blameless: Exception) -> None:
    tries, error = TriesState(attempt=100), errors.EngineFailed("CUDA")
    for met in [blameless] * 99 + [error]:
        tries.note(met, now=0.0)
    assert isinstance(decide(error, tries, POLICY, now=0.0, jitter=1), Retry)


def test_a_dependency_is_looked_at_less_and_less_often_down_to_a_bound() -> None:
    tries, decisions = TriesState(), []
    for _ in range(5):
        tries.note(DOWN, now=0.0)
        decisions.append(decide(DOWN, tries, POLICY, now=0.0, jitter=1))
    assert decisions == [Wait("llm", pause_s) for pause_s in (1.0, 2.0, 4.0, 5.0, 5.0)]


def test_a_dependency_that_answered_in_between_is_looked_at_soon_again() -> None:
    tries = TriesState()
    for error in (DOWN, DOWN, DOWN, KeyError("x"), DOWN):
        tries.note(error, now=0.0)
    assert decide(DOWN, tries, POLICY, now=0.0, jitter=1) == Wait("llm", 1.0)


def died(*deaths: errors.ChildDied) -> Decision:
    """Return what is decided after the last of *deaths*."""
    tries = TriesState()
    for death in deaths:
        tries.note(death, now=0.0)
    return decide(deaths[-1], tries, POLICY, now=0.0, jitter=1)


def test_an_event_whose_own_child_died_three_times_on_the_same_piece_is_poison() -> None:
    death = errors.ChildDied("decoder: SIGSEGV", piece="decode", ended_by=signal.SIGSEGV)
    assert died(death, death) == Retry(0.2)
    assert died(death, death, death) == DeadLetter("poison", "decoder: SIGSEGV", of_work=True)


@pytest.mark.parametrize(
    "death",
    [
        errors.ChildDied(piece="decode", ended_by=signal.SIGKILL),
        errors.ChildDied(piece="decode", ended_by=signal.SIGTERM),
        errors.ChildDied(piece="decode", ended_by=signal.SIGSEGV, alone=False),
    ],
)
def test_deaths_from_outside_or_in_company_never_count(death: errors.ChildDied) -> None:
    assert isinstance(died(*[death] * 100), Retry)


def test_a_child_killed_for_breaking_its_own_limits_counts() -> None:
    death = errors.ChildDied(piece="decode", ended_by=signal.SIGKILL, over_limit=True)
    assert isinstance(died(death, death, death), DeadLetter)


def test_deaths_on_different_pieces_of_work_are_not_added_up() -> None:
    pieces = [errors.ChildDied(piece=f"chunk {number}") for number in range(5)]
    assert isinstance(died(*pieces), Retry)
