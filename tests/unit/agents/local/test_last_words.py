"""What people are told of a program that ended."""

from pathlib import Path

import pytest

from agents.local.last_words import last_words


@pytest.mark.parametrize(
    ("log", "said"),
    [
        ('{"event": "a"}\ndaybook: no model\nsuch as x\n', "no model\nsuch as x"),
        ('{"event": "a"}\nKilled\n', "Killed"),
        ('{"event": "a"}\n{"event": "b"}\n', '{"event": "a"}\n{"event": "b"}'),
        ("", ""),
    ],
)
def test_its_own_reason_comes_before_its_log_events(tmp_path: Path, log: str, said: str) -> None:
    (tmp_path / "log").write_text(log)

    assert last_words(tmp_path / "log") == said


def test_what_an_earlier_run_said_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("daybook: old\nnew\n")

    assert last_words(tmp_path / "log", begin=13) == "new"
