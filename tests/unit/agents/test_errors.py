"""The tree of errors: one reason each, and a message even where none is given."""

import re

import pytest

from agents import errors

CLASSES = [kind for kind in vars(errors).values() if isinstance(kind, type)]
PLAIN = [
    kind
    for kind in CLASSES
    if issubclass(kind, errors.PipelineError)
    and kind not in (errors.InvalidEventError, errors.DependencyUnavailable)
]


@pytest.mark.parametrize("kind", PLAIN)
def test_the_docstring_is_the_default_message(kind: type[errors.PipelineError]) -> None:
    assert str(kind()) == kind.__doc__
    assert str(kind("so it is")) == "so it is"


def test_reasons_are_stable_codes_and_each_stands_for_one_class() -> None:
    reasons = [kind.reason for kind in PLAIN]
    assert len(set(reasons)) == len(reasons)
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", reason) for reason in reasons)


def test_an_invalid_event_has_the_reason_it_was_refused_for() -> None:
    error = errors.InvalidEventError("invalid-json", "line 1")
    assert (error.reason, str(error), error.retryable) == ("invalid-json", "line 1", False)


def test_a_dependency_is_named() -> None:
    error = errors.DependencyUnavailable("llm")
    assert (error.dependency, str(error)) == ("llm", "llm does not answer")
    assert (error.reason, error.retryable) == ("dependency-unavailable", True)


def test_the_tree_in_the_module_is_the_tree_of_classes() -> None:
    drawn = re.findall(r"(?:├──|└──|^)\s?([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE)
    named = [kind.__name__ for kind in CLASSES if issubclass(kind, errors.PipelineError)]
    assert set(named) <= set(drawn)
