"""Files that other processes read while they are written."""

import json
from pathlib import Path

import pytest

from agents.local.files import locked, read_json, rotate, tail, write_json


def test_a_lock_is_held_by_one_and_free_again_after(tmp_path: Path) -> None:
    lock = tmp_path / "new" / "lock"

    with (
        locked(lock, timeout_s=0),
        pytest.raises(TimeoutError, match="another process"),
        locked(lock, timeout_s=0.1),
    ):
        pass

    with locked(lock, timeout_s=0):
        pass


def test_json_is_replaced_whole_and_leaves_nothing_beside(tmp_path: Path) -> None:
    write_json(tmp_path / "state.json", {"a": 1})
    write_json(tmp_path / "state.json", {"a": 2})

    assert read_json(tmp_path / "state.json") == {"a": 2}
    assert list(tmp_path.iterdir()) == [tmp_path / "state.json"]


@pytest.mark.parametrize("text", ["", "{", "[1]", "null", "\x00"])
def test_what_is_no_object_reads_as_nothing(tmp_path: Path, text: str) -> None:
    (tmp_path / "state.json").write_text(text)

    assert read_json(tmp_path / "state.json") is None
    assert read_json(tmp_path / "absent.json") is None


def test_a_tail_is_the_last_lines_from_a_place_on(tmp_path: Path) -> None:
    log = tmp_path / "log"
    log.write_text("old\nnew 1\nnew 2\n")

    assert tail(log, lines=1) == "new 2"
    assert tail(log, begin=4) == "new 1\nnew 2"
    assert tail(tmp_path / "absent") == ""


def test_a_log_is_put_aside_only_when_it_is_large(tmp_path: Path) -> None:
    log = tmp_path / "part.log"
    log.write_text(json.dumps(list(range(9))))

    rotate(log, max_bytes=1000)
    assert log.exists()

    rotate(log, max_bytes=10)
    rotate(log, max_bytes=10)
    assert [path.name for path in tmp_path.iterdir()] == ["part.log.1"]
