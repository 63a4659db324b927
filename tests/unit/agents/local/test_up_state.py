"""What a supervisor tells in its state file."""

import time
from pathlib import Path

import pytest

from agents.local import up
from agents.local.processes import ProcessId, this_process
from agents.local.up_state import PartState, PartStatus, UpStatus, up_file

STATUS = UpStatus(
    supervisor=ProcessId(pid=4, started="then"),
    bootstrap="127.0.0.1:9092",
    parts=(
        PartStatus(
            name="diarist",
            state=PartState.UNREADY,
            process=ProcessId(pid=5, started="later"),
            restarts=2,
            since=1_790_000_000.5,
            health_url="http://127.0.0.1:8080",
            exit_code=-9,
        ),
        PartStatus(name="daily", state=PartState.STOPPED),
    ),
)


def test_what_is_written_is_read(tmp_path: Path) -> None:
    STATUS.write(tmp_path)

    assert UpStatus.read(tmp_path) == STATUS


def test_a_status_is_ready_when_every_part_is() -> None:
    assert [part.name for part in STATUS.unready] == ["diarist", "daily"]
    assert not STATUS.ready


SUPERVISED = '{"supervisor": {"pid": 4, "started": "then"}, "bootstrap": null, "parts": %s}'


@pytest.mark.parametrize(
    "text", ["", "{}", '{"supervisor": {"pid": 4}}', SUPERVISED % '{"a": {}}', SUPERVISED % "[]"]
)
def test_a_file_of_something_else_is_no_status(tmp_path: Path, text: str) -> None:
    up_file(tmp_path).write_text(text)

    assert UpStatus.read(tmp_path) is None
    assert up.status(tmp_path) is None


def test_the_state_of_a_supervisor_that_is_gone_is_stale(tmp_path: Path) -> None:
    STATUS.write(tmp_path)

    assert up.status(tmp_path) is None


def test_nothing_runs_nothing_is_stopped(tmp_path: Path) -> None:
    STATUS.write(tmp_path)

    assert not up.stop(tmp_path)
    assert not up_file(tmp_path).exists()


def test_uptime_counts_from_the_start_of_the_process() -> None:
    part = PartStatus(
        name="x", state=PartState.READY, process=this_process(), since=time.time() - 60
    )

    assert 60 <= part.uptime_s < 120
    assert PartStatus(name="x", state=PartState.RESTARTING).uptime_s == 0
