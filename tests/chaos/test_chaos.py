"""Exactly once, whatever is killed: a short run of `make chaos`, and workers broken on purpose."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks.chaos.result import Result
from benchmarks.chaos.trial import Trial

ALL = ("transcriber", "diarist", "daily")


def tried(folder: Path, **changes: Any) -> Result:
    """Run chaos on a broker of its own; a short one unless *changes* say otherwise."""
    facts: dict[str, Any] = {
        "mode": "mixed",
        "seed": 1,
        "faults": 30,
        "stages": ALL,
        "workers": 2,
        "partitions": 6,
        "gap_s": 1.8,
        "rate": 15.0,
        "patience_s": 60.0,
        "sabotage": None,
        "brokers": 1,
        "folder": folder,
    }
    return Trial(**facts | changes).run()


def sabotaged(folder: Path, sabotage: str) -> Result:
    """Kill workers of one stage that are broken in this way, under load and with few partitions."""
    return tried(
        folder,
        mode="kills",
        faults=5,
        stages=("transcriber",),
        partitions=2,
        gap_s=1.2,
        rate=60.0,
        patience_s=6.0,
        sabotage=sabotage,
    )


def test_nothing_is_lost_or_doubled_whatever_is_killed(tmp_path: Path) -> None:
    result = tried(tmp_path, faults=32)
    assert not result.problems
    assert result.faults_total >= 30
    assert set(result.sigterm_exits) <= {"0"}


def test_nothing_is_lost_or_doubled_where_workers_only_join_and_leave(tmp_path: Path) -> None:
    result = tried(tmp_path, mode="joins", faults=12, gap_s=1.5)
    assert not result.problems
    assert result.faults_total >= 12


@pytest.mark.parametrize(
    ("sabotage", "expected"), [("metadata", "duplicates"), ("early-commit", "lost")]
)
def test_a_worker_broken_on_purpose_is_caught(tmp_path: Path, sabotage: str, expected: str) -> None:
    result = sabotaged(tmp_path, sabotage)
    assert getattr(result, expected) > 0
    assert any(expected in problem for problem in result.problems)
