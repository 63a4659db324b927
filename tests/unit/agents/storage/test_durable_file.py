"""The order in which bytes and names get to the disk, seen at the calls that put them there."""

import errno
import os
from pathlib import Path

import pytest

from agents.storage.durable_file import is_written, write_durably


@pytest.fixture
def steps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what is put on the disk, in order, by its path below the test's folder."""
    steps: list[str] = []
    sync, rename = os.fsync, os.replace

    def fsync(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        name = "content" if path.is_file() else str(path.relative_to(tmp_path))
        size = f" of {path.stat().st_size} bytes" if path.is_file() else ""
        steps.append(f"sync {name}{size}")
        sync(descriptor)

    def replace(old: str, new: Path) -> None:
        steps.append(f"name {new.relative_to(tmp_path)}")
        rename(old, new)

    monkeypatch.setattr(os, "fsync", fsync)
    monkeypatch.setattr(os, "replace", replace)
    return steps


def test_content_is_on_the_disk_before_its_name_and_its_name_before_anybody_hears(
    tmp_path: Path, steps: list[str]
) -> None:
    write_durably(tmp_path / "a" / "b" / "file", b"sound", root=tmp_path)
    folders = ["sync .", "sync a"]
    assert steps == [*folders, "sync content of 5 bytes", "name a/b/file", "sync a/b"]

    steps.clear()
    write_durably(tmp_path / "a" / "b" / "file", b"sounds", root=tmp_path)
    assert steps == [*folders, "sync content of 6 bytes", "name a/b/file", "sync a/b"]


def test_what_another_has_written_has_its_name_on_the_disk_too(
    tmp_path: Path, steps: list[str]
) -> None:
    (tmp_path / "file").write_bytes(b"sound")

    assert is_written(tmp_path / "file", b"sound")
    assert steps == ["sync ."]


@pytest.mark.parametrize("content", [b"", b"soun", b"sounD", b"sounds"])
def test_other_bytes_are_not_what_was_written(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "file").write_bytes(content)

    assert not is_written(tmp_path / "file", b"sound")
    assert not is_written(tmp_path / "nothing", b"sound")


@pytest.mark.parametrize(("error", "works"), [(errno.EINVAL, True), (errno.EIO, False)])
def test_a_file_system_that_syncs_no_folders_is_fine_and_one_that_fails_is_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int, *, works: bool
) -> None:
    sync = os.fsync

    def fsync(descriptor: int) -> None:
        if Path(f"/proc/self/fd/{descriptor}").readlink().is_dir():
            raise OSError(error, os.strerror(error))
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    try:
        write_durably(tmp_path / "file", b"sound", root=tmp_path)
    except OSError:
        assert not works
    else:
        assert works


def test_folders_are_made_below_the_root_and_the_root_is_not(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        write_durably(tmp_path / "root" / "a" / "file", b"sound", root=tmp_path / "root")
    assert list(tmp_path.iterdir()) == []


def test_what_fails_half_way_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fsync(descriptor: int) -> None:
        raise OSError(errno.EIO, f"{descriptor}")

    monkeypatch.setattr(os, "fsync", fsync)
    with pytest.raises(OSError, match="Errno 5"):
        write_durably(tmp_path / "file", b"sound", root=tmp_path)
    assert list(tmp_path.iterdir()) == []
