"""Keeps the machine's own settings, folders and brokers out of the command line's tests."""

import os
from pathlib import Path

import pytest

from agents.cli.main import run
from tests.support.command_line import Answer, Daybook


@pytest.fixture(autouse=True)
def state_dir(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name in [name for name in os.environ if name.startswith("DAYBOOK_")]:
        monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DAYBOOK_STATE_DIR", str(tmp_path / "state"))
    return tmp_path / "state"


@pytest.fixture
def daybook(capsys: pytest.CaptureFixture[str]) -> Daybook:
    """Return the command line as a function of its arguments."""

    def call(*arguments: str) -> Answer:
        code = run(arguments)
        captured = capsys.readouterr()
        return Answer(code, captured.out, captured.err)

    return call
