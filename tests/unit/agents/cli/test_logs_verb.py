"""`daybook logs`: several logs as one."""

import json
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from tests.support.command_line import Daybook


@pytest.fixture
def logs(state_dir: Path) -> Path:
    folder = state_dir / "logs"
    folder.mkdir(parents=True)
    (folder / "daily.log").write_text("".join(f"line {number}\n" for number in range(30)))
    (folder / "broker.log").write_text("started\n")
    return folder


def test_each_line_says_whose_it_is(daybook: Daybook, logs: Path) -> None:
    del logs
    said = daybook("logs", "--no-follow")
    lines = said.out.splitlines()
    assert (said.code, lines[0]) == (0, "broker │ started")
    assert lines[1:] == [f"daily  │ line {number}" for number in range(10, 30)]


def test_only_the_parts_named_are_shown(daybook: Daybook, logs: Path) -> None:
    del logs
    assert daybook("logs", "--no-follow", "broker").out == "broker │ started\n"


def test_as_json_each_line_is_one_of_its_own(daybook: Daybook, logs: Path) -> None:
    (logs / "broker.log").write_text('"started"\n')
    said = daybook("logs", "--no-follow", "--json", "broker")
    assert json.loads(said.out) == {"part": "broker", "line": '"started"'}


def test_a_part_without_a_log_is_named(daybook: Daybook, logs: Path) -> None:
    said = daybook("logs", "--no-follow", "gateway")
    assert (said.code, said.err) == (1, f"daybook: there is no log of 'gateway' in {logs}\n")


def test_without_any_logs_the_cure_is_told(daybook: Daybook) -> None:
    said = daybook("logs", "--no-follow")
    assert said.code == 1
    assert said.err.endswith("yet; `daybook up` makes some\n")


def test_what_is_added_is_shown_also_in_a_new_log(
    daybook: Daybook, logs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added: Iterator[int] = count()
    log = logs / "broker.log"

    def add(_seconds: float) -> None:
        match next(added):
            case 0:
                with log.open("a") as file:
                    file.write("and running\n")
            case 1:
                log.rename(logs / "broker.log.1")
                log.write_text("new, and longer than what was there\n")
            case 3:
                raise KeyboardInterrupt

    monkeypatch.setattr("agents.cli.following_logs.time.sleep", add)
    said = daybook("logs", "broker")
    assert said.code == 130
    assert said.out.splitlines() == [
        "broker │ started",
        "broker │ and running",
        "broker │ new, and longer than what was there",
    ]
