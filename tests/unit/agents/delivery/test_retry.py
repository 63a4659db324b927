"""What is decided about each error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agents import errors
from agents.delivery.retry import DeadLetter, Retry, RetryPolicy, Wait, decide

POLICY = RetryPolicy(first_s=0.2, factor=2.0, longest_s=30.0, attempts=3, probe_s=1.0)


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
    assert decide(kind("so it is"), 1, POLICY, jitter=1) == DeadLetter(kind.reason, "so it is")


def test_a_broken_engine_is_the_only_error_of_ours_that_is_tried_again() -> None:
    assert [kind for kind in PLAIN if kind.retryable] == [errors.EngineFailed]


def test_an_invalid_event_keeps_its_own_reason() -> None:
    error = errors.InvalidEventError("invalid-json", "line 1")
    assert decide(error, 1, POLICY, jitter=1) == DeadLetter("invalid-json", "line 1")


@pytest.mark.parametrize("error", [errors.EngineFailed("CUDA"), KeyError("x")])
def test_what_may_pass_is_tried_again_with_growing_pauses(error: Exception) -> None:
    decisions = [decide(error, attempt, POLICY, jitter=1) for attempt in (1, 2)]
    assert decisions == [Retry(0.2), Retry(0.4)]


def test_an_engine_that_keeps_failing_is_a_dead_letter() -> None:
    error = errors.EngineFailed("CUDA")
    assert decide(error, 3, POLICY, jitter=1) == DeadLetter("engine-failed", "CUDA")


def test_an_unknown_error_that_stays_is_an_internal_error() -> None:
    error = ZeroDivisionError("division by zero")
    expected = DeadLetter("internal-error", "ZeroDivisionError: division by zero")
    assert decide(error, 3, POLICY, jitter=1) == expected


@pytest.mark.parametrize("attempt", [1, 3, 1_000_000])
def test_a_dependency_is_waited_for_however_often(attempt: int) -> None:
    error = errors.DependencyUnavailable("llm")
    assert decide(error, attempt, POLICY, jitter=1) == Wait("llm", 1.0)


def test_pauses_double_up_to_the_longest() -> None:
    pauses = [POLICY.pause_s(attempt, 1) for attempt in range(1, 11)]
    assert pauses == pytest.approx([0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 30, 30])


@given(attempt=st.integers(1, 1_000), jitter=st.floats(0, 1))
def test_a_pause_is_a_share_of_the_full_backoff(attempt: int, jitter: float) -> None:
    assert 0 <= POLICY.pause_s(attempt, jitter) <= POLICY.pause_s(attempt, 1) <= 30
