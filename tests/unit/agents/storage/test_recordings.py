import hashlib
import stat
from pathlib import Path

import pytest

from agents.storage.recordings import StoredRecording, store_file


def test_stores_a_copy_named_by_its_content(tmp_path: Path) -> None:
    original, folder = tmp_path / "Memo 1.OPUS", tmp_path / "state" / "audio"
    original.write_bytes(b"sound")

    stored = store_file(original, folder)

    sha256 = hashlib.sha256(b"sound").hexdigest()
    assert stored == StoredRecording(path=folder / f"{sha256}.opus", sha256=sha256, size_bytes=5)
    assert [path.name for path in folder.iterdir()] == [f"{sha256}.opus"]


def test_what_was_sent_stays_when_the_original_changes(tmp_path: Path) -> None:
    original = tmp_path / "memo.wav"
    original.write_bytes(b"sound")
    stored = store_file(original, tmp_path / "audio")

    original.write_bytes(b"other")

    assert Path(stored.uri.removeprefix("file://")).read_bytes() == b"sound"


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    original, folder = tmp_path / "memo.wav", tmp_path / "audio"
    original.write_bytes(b"sound")
    original.chmod(0o644)

    store_file(original, folder)

    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(original.stat().st_mode) == 0o644


@pytest.mark.parametrize(("name", "extension"), [("memo", ""), ("memo.s p", ""), ("a.Mp3", ".mp3")])
def test_keeps_a_plain_extension_only(tmp_path: Path, name: str, extension: str) -> None:
    (tmp_path / name).write_bytes(b"sound")

    stored = store_file(tmp_path / name, tmp_path / "audio")

    assert stored.uri.endswith(stored.sha256 + extension)


def test_a_file_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        store_file(tmp_path / "nothing.wav", tmp_path / "audio")

    assert list((tmp_path / "audio").iterdir()) == []
