"""docs/contract.md has a meaning and a cure for every reason of a dead letter, and no other."""

import re
from pathlib import Path
from typing import get_args

from agents import errors
from agents.delivery.retry import unexpected
from schemas.errors import Reason

PAGE = (Path(__file__).parents[2] / "docs" / "contract.md").read_text(encoding="utf-8")
NO_LETTER = {
    errors.DependencyUnavailable,
    errors.DiarizerFailed,
    errors.WorkBroken,
    errors.LocalBrokerError,
    errors.SupervisorError,
    errors.SettingsError,
}
"""Errors that are waited for, that become a warning, or that end a program."""


def leaves(kind: type[errors.PipelineError]) -> set[type[errors.PipelineError]]:
    """Return the errors under *kind* that are raised."""
    below = {
        leaf
        for child in kind.__subclasses__()
        if child.__module__ == errors.__name__
        for leaf in leaves(child)
    }
    return below or {kind}


def reasons() -> set[str]:
    """Return every reason that a dead letter can have."""
    named = leaves(errors.PipelineError) - NO_LETTER - {errors.InvalidEventError}
    return {*get_args(Reason), *(kind.reason for kind in named), unexpected(KeyError()).reason}


def test_every_reason_and_no_other_has_a_meaning() -> None:
    explained = re.findall(
        r"^\| `([a-z-]+)` \| .+ \|$", PAGE.partition("| cure |")[0], re.MULTILINE
    )
    assert sorted(explained) == sorted(reasons())


def test_every_reason_and_no_other_has_one_cure() -> None:
    table = PAGE.partition("| cure | for |\n|---|---|\n")[2].partition("\n\n")[0]
    cured = [
        reason
        for row in table.splitlines()
        for reason in re.findall("`([a-z-]+)`", row.split(" | ")[1])
    ]
    assert sorted(cured) == sorted(reasons())


def test_poison_and_internal_error_are_reasons() -> None:
    assert {"poison", "internal-error"} <= reasons()
