"""Where everything about a person lies on this machine."""

import stat
from pathlib import Path

import pytest

from agents.errors import SettingsError
from agents.local.state_folder import open_state_folder


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_what_is_made_is_for_one_person_alone(tmp_path: Path) -> None:
    state_dir = tmp_path / "above" / "state"

    open_state_folder(state_dir)

    made = [state_dir, *(path for path in state_dir.rglob("*") if path.is_dir())]
    assert {path.name for path in made} == {"state", "broker", "data", "logs", "run"}
    assert {mode(path) for path in made} == {0o700}


def test_what_others_could_read_is_closed_to_them(tmp_path: Path) -> None:
    for name in ("logs", "audio", "broker/data"):
        (tmp_path / "state" / name).mkdir(parents=True)
        (tmp_path / "state" / name).chmod(0o755)

    open_state_folder(tmp_path / "state")

    for name in (".", "logs", "audio", "broker/data"):
        assert mode(tmp_path / "state" / name) == 0o700


def test_a_folder_that_all_share_stays_as_it_is(tmp_path: Path) -> None:
    tmp_path.chmod(0o1777)

    open_state_folder(tmp_path)

    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o1777


@pytest.mark.parametrize("where", ["/proc/nope", "file/inner"])
def test_a_folder_that_cannot_be_is_named_with_its_setting(tmp_path: Path, where: str) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match=f"DAYBOOK_STATE_DIR='.*{where}' cannot be used: /"):
        open_state_folder(tmp_path / where)
